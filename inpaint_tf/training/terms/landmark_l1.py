"""How far the landmarks of the completed face are from those of the real one."""

from inpaint_tf.training.terms.term import Term, Watched

LANDMARKS = "landmarks"  # the frozen network, see `faces.landmark_distance`


def landmark_l1_term(setting, network="mesh", eyes=(33, 263)):
    """The `Term` of the network's last stage.

    It does not apply to phases that train only the first of two stages.

    Args:
        setting: `Setting`.
        network: "mesh", or the path of a SavedModel, see `faces.landmark_networks`.
        eyes: pair of ints, its points at the outer eye corners.
    """
    del network, eyes  # read where the frozen network is made

    def score(batch, output, frozen):
        if len(output.stages) < setting.stages:
            return None
        if batch.face is None:
            raise ValueError("landmark_l1 needs batches that know where faces are.")
        loss, left_out = frozen[LANDMARKS](batch.image, output.completed, batch.face)
        return Watched(loss, {"left_out": left_out})

    return Term(score, frozen=(LANDMARKS,))
