"""Whether a new version of a served model changes what its clients are used to."""

import os

from inpaint_tf.export.names import DEFAULT, ENCODED, PIXELS


def changed_default(directory, version):
    """A sentence if `serving_default` of a version takes something else than before.

    Args:
        directory: of the model.
        version: int, of the newly written one.

    Yields:
        One sentence or none.
    """
    others = sorted(int(name) for name in os.listdir(directory) if name.isdecimal())
    others = [other for other in others if other != version]
    if not others:
        return
    before = max((other for other in others if other < version), default=others[-1])
    old, new = (_taken_by_default(directory, each) for each in (before, version))
    if old is not None and new is not None and old != new:
        yield (
            f"serving_default takes {new} in version {version} and {old} in version {before}: "
            f"clients that do not name a signature break; --default_signature {old} keeps them."
        )


def _taken_by_default(directory, version):
    """`PIXELS` or `ENCODED`, or None for exports of other programs."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    try:
        with open(os.path.join(directory, str(version), "saved_model.pb"), "rb") as file:
            saved.ParseFromString(file.read())
        inputs = saved.meta_graphs[0].signature_def[DEFAULT].inputs
    except (OSError, DecodeError, IndexError):
        return None
    return {("image", "mask"): PIXELS, ("image_bytes", "mask_bytes"): ENCODED}.get(
        tuple(sorted(inputs))
    )
