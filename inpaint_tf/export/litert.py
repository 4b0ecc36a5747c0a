"""LiteRT (TensorFlow Lite) files: the whole network, attention included, in built-in operations."""

import tempfile
import warnings

import tensorflow as tf

from inpaint_tf.export.one_size import SIGNATURE, FixedSizeModule

PRECISIONS = ("float32", "float16", "int8_weights")


def to_litert(model, height, width, precision="float32"):
    """The bytes of a `.tflite` file.

    Its one signature "complete" takes `image`, `[1, H, W, 3]` uint8 RGB, and `mask`,
    `[1, H, W, 1]` uint8 (128 and above is hole), and gives `completed`, `[1, H, W, 3]` uint8,
    whose known pixels are the image's.

    Args:
        model: a generator in float32.
        height, width: of the pictures.
        precision: "float32"; "float16" and "int8_weights" store the weights so.

    Raises:
        ValueError: an unknown precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision is {precision!r}; expected one of {', '.join(PRECISIONS)}.")
    module = FixedSizeModule(model, height, width)
    with tempfile.TemporaryDirectory() as directory:
        options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
        tf.saved_model.save(module, directory, {SIGNATURE: module.complete}, options)
        converter = tf.lite.TFLiteConverter.from_saved_model(directory, [SIGNATURE])
        # Nothing that phones lack: no operations of TensorFlow's own.
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if precision != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def run_litert(content, image, mask):
    """Completes one picture by the interpreter that TensorFlow carries.

    Without XNNPACK: what TensorFlow 2.21 has of it cannot prepare one node of the attention at some
    sizes; that of LiteRT 2.3 can.

    Args:
        content: bytes of a `.tflite` file of `to_litert`.
        image, mask: as of its signature.

    Returns:
        `[1, H, W, 3]` uint8.
    """
    plain = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    with warnings.catch_warnings():  # about its successor, which is a package of its own
        warnings.simplefilter("ignore", UserWarning)
        interpreter = tf.lite.Interpreter(
            model_content=content, experimental_op_resolver_type=plain
        )
    return interpreter.get_signature_runner(SIGNATURE)(image=image, mask=mask)["completed"]
