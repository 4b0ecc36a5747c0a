"""The network in Beam's `RunInference`."""

import contextlib
import os
import tempfile

from apache_beam.ml.inference import base

from inpaint_tf.bulk.storage import read_bytes
from inpaint_tf.cli.command import import_tensorflow
from inpaint_tf.cli.device import memory_named
from inpaint_tf.cli.inpaint import make_inpainter
from inpaint_tf.errors import InputError
from inpaint_tf.inference.completion import fill


class Handler(base.ModelHandler):
    """Completes batches of `Prepared` of one layout.

    Args:
        network: a `Network`.
        feather: as in `fill`.
    """

    def __init__(self, network, feather=0):
        super().__init__()
        self.network = network
        self.feather = feather

    def load_model(self):
        """An `Inpainter`, once for each process."""
        import_tensorflow()
        if self.network.threads:
            import tensorflow as tf

            with contextlib.suppress(RuntimeError):  # it runs already, as in one process for all
                tf.config.threading.set_intra_op_parallelism_threads(self.network.threads)
        with local_file(self.network.weights) as weights:
            return make_inpainter(weights, self.network, compiled=True)

    def run_inference(self, batch, model, inference_args=None):
        """Pairs, as `PredictionResult`, of a picture and its completed `Photo` or an error."""
        return [
            base.PredictionResult(prepared, (completed, model.doubts(prepared.hole)))
            for prepared, completed in zip(batch, self._completed(batch, model))
        ]

    def get_num_bytes(self, batch):
        """The bytes of a batch's pixels; Beam's own method would copy all of them."""
        return sum(prepared.photo.color.nbytes for prepared in batch)

    def get_metrics_namespace(self):
        """The name under which Beam counts batches and seconds."""
        return "inpaint_network"

    def _completed(self, batch, model):
        """`Photo`s, or an `InputError` instead of a picture that fails."""
        height, width = batch[0].hole.shape
        names = ", ".join(prepared.job.image for prepared in batch[:3])
        try:
            with memory_named(f"{names} ({width}x{height})"):
                return fill(batch, model, self.feather)
        except Exception as error:  # no picture may stop the others
            if len(batch) > 1:
                return [each for one in batch for each in self._completed([one], model)]
            if isinstance(error, InputError):
                return [error]
            return [InputError(f"{names} cannot be completed: {type(error).__name__}: {error}")]


@contextlib.contextmanager
def local_file(path):
    """The path of a local copy of a file elsewhere; local paths as they are."""
    if "://" not in path:
        yield path
        return
    with tempfile.TemporaryDirectory() as directory:
        copy = os.path.join(directory, path.rpartition("/")[2])
        with open(copy, "wb") as file:
            file.write(read_bytes(path))
        yield copy
