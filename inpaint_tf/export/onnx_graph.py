"""ONNX files: the whole network for pictures of one size, attention included."""

import contextlib
import logging

from inpaint_tf.errors import InputError
from inpaint_tf.export.one_size import FixedSizeModule

OPSET = 17
WHOLE_MAP = 2**50  # bytes: attention in one block, since blocks assign to slices, which ONNX cannot
MISSING = "--format onnx needs tf2onnx and onnxruntime: pip install 'inpaint_tf[onnx]'."


def to_onnx(model, height, width, precision="float32"):
    """The bytes of a `.onnx` file.

    It takes `image`, `[1, H, W, 3]` uint8 RGB, and `mask`, `[1, H, W, 1]` uint8 (128 and above is
    hole), and gives `completed`, `[1, H, W, 3]` uint8, whose known pixels are the image's.

    Args:
        model: a generator in float32.
        height, width: of the pictures.
        precision: "float32".

    Raises:
        InputError: the extra "onnx" is not installed, or the graph cannot be converted.
        ValueError: an unknown precision.
    """
    if precision != "float32":
        raise ValueError(f"precision is {precision!r}; expected float32.")
    require_onnx()
    import tf2onnx

    with _in_one_block(model.attention):
        module = FixedSizeModule(model, height, width)
        complete = module.complete
        logging.getLogger("tf2onnx").setLevel(logging.ERROR)
        graph, _ = tf2onnx.convert.from_function(
            complete, input_signature=complete.input_signature, opset=OPSET
        )
    foreign = sorted({node.domain for node in graph.graph.node} - {"", "ai.onnx"})
    if foreign:
        raise InputError(f"the ONNX file needs operations of {', '.join(foreign)}.")
    return graph.SerializeToString()


def run_onnx(content, image, mask):
    """Completes one picture by onnxruntime on the CPU.

    Args:
        content: bytes of a `.onnx` file of `to_onnx`.
        image, mask: its inputs.

    Returns:
        `[1, H, W, 3]` uint8.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(["completed"], {"image": image, "mask": mask})[0]


def require_onnx():
    """Raises `InputError` if the extra is not installed."""
    try:
        import onnxruntime  # noqa: F401
        import tf2onnx  # noqa: F401
    except ImportError as error:
        raise InputError(MISSING) from error


@contextlib.contextmanager
def _in_one_block(attention):
    """Within it attention is computed without blocks, whatever memory that takes."""
    if not hasattr(attention, "memory"):  # no attention, or another kind
        yield
        return
    before, attention.memory = attention.memory, WHOLE_MAP
    try:
        yield
    finally:
        attention.memory = before
