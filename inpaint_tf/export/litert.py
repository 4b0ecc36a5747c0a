"""LiteRT (TensorFlow Lite) files: the whole network, attention included, in built-in operations."""

import tempfile
import warnings

import tensorflow as tf
from tensorflow.lite.python.schema_py_generated import BuiltinOperator

from inpaint_tf.export.one_size import SIGNATURE, FixedSizeModule
from inpaint_tf.silence import silenced_stderr

PRECISIONS = ("float32", "float16", "int8_weights", "int8")
# The operations computed in int8. Attention, activations and everything between them stay in
# floats: the interpreter that measures ranges cannot prepare them, or eight bits cost most there.
_QUANTIZED = ("CONV_2D",)


def to_litert(model, height, width, precision="float32", examples=()):
    """The bytes of a `.tflite` file.

    Its one signature "complete" takes `image`, `[1, H, W, 3]` uint8 RGB, and `mask`,
    `[1, H, W, 1]` uint8 (128 and above is hole), and gives `completed`, `[1, H, W, 3]` uint8,
    whose known pixels are the image's.

    Args:
        model: a generator in float32.
        height, width: of the pictures.
        precision: "float32"; "float16" and "int8_weights" store the weights so; "int8" computes
            convolutions so.
        examples: for "int8" dictionaries of `image` and `mask`, by which it is calibrated.

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
        if precision == "int8":
            return _calibrated(converter, examples)
        return converter.convert()


def _calibrated(converter, examples):
    """The file whose convolutions compute in int8, in ranges measured on examples."""

    def dataset():
        for example in examples:
            yield SIGNATURE, example

    converter.target_spec.supported_ops.append(tf.lite.OpsSet.TFLITE_BUILTINS_INT8)
    converter.representative_dataset = dataset
    names = [name for name in vars(BuiltinOperator) if name.isupper()]
    options = tf.lite.experimental.QuantizationDebugOptions(
        denylisted_ops=[name for name in names if name not in _QUANTIZED]
    )
    with silenced_stderr():  # the converter reports its types, the interpreter its successor
        debugger = tf.lite.experimental.QuantizationDebugger(
            converter=converter, debug_dataset=dataset, debug_options=options
        )
        return debugger.get_nondebug_quantized_model()


def run_litert(content, image, mask):
    """Completes one picture by TensorFlow's own interpreter.

    Without XNNPACK: the version in TensorFlow 2.21 cannot prepare one node of the attention at some
    sizes; that in LiteRT 2.3 can.

    Args:
        content: bytes of a `.tflite` file of `to_litert`.
        image, mask: as in its signature.

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
