"""A generator as a graph for pictures of one size."""

import tensorflow as tf

from inpaint_tf.export.pixels import THRESHOLD
from inpaint_tf.ops.image import composite, masked_image, to_float, to_uint8
from inpaint_tf.weights.variables import named_variables

SIGNATURE = "complete"


class FixedSizeModule(tf.Module):
    """A generator for pictures of one size, as LiteRT and ONNX need it.

    Args:
        model: a generator, as `create_model` or `load_model` give.
        height, width: of the pictures; sizes that the network takes without padding.
    """

    def __init__(self, model, height, width):
        super().__init__(name="inpaint_tf")
        self.generator_weights = {
            name: variable if isinstance(variable, tf.Variable) else variable.value
            for name, variable in named_variables(model).items()
        }

        @tf.function(
            input_signature=[
                tf.TensorSpec([1, height, width, 3], tf.uint8, "image"),
                tf.TensorSpec([1, height, width, 1], tf.uint8, "mask"),
            ],
            autograph=False,
        )
        def complete(image, mask):
            mask = tf.cast(tf.cast(mask, tf.float32) >= THRESHOLD, tf.float32)
            picture = model(masked_image(to_float(image), mask), mask, training=False).last
            # In float32, which holds all levels: LiteRT cannot choose between bytes.
            levels = tf.cast(to_uint8(picture), tf.float32)
            completed = composite(levels, tf.cast(image, tf.float32), mask)
            return {"completed": tf.cast(completed, tf.uint8)}

        self.complete = complete
