"""The first of the two networks: a rough picture of the hole."""

import keras
import tensorflow as tf

from inpaint_tf.models.calling import PICTURE_SHAPES, Built
from inpaint_tf.models.convolution_stack import ConvolutionStack
from inpaint_tf.models.receptive_field import encode, needed_features, whole_picture


class CoarseNetwork(Built, keras.Model):
    """Stage one: dilated convolutions at a quarter of the size (section 3).

    Args:
        architecture: `Architecture`.

    Call arguments:
        masked_image: `[B, H, W, 3]` in [-1, 1], the hole filled by the model's rule.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of 4.
        sketch: `[B, H, W, 1]`, 1 = line, for a guided network; None otherwise.

    Returns:
        `[B, H, W, 3]` float32 in [-1, 1].
    """

    def __init__(self, architecture, **kwargs):
        super().__init__(**kwargs, autocast=False)
        rows = architecture.tables.coarse_encoder + architecture.tables.coarse_decoder
        self.architecture = architecture
        self.stack = ConvolutionStack(
            rows,
            architecture.first_input.channels,
            architecture.width,
            architecture.make_convolution,
            dtype=kwargs.get("dtype"),
        )
        self.build(*PICTURE_SHAPES)

    def compute_output_shape(self, image_shape, mask_shape=None):
        return (*tuple(image_shape)[:3], 3)

    def call(self, masked_image, mask, sketch=None):
        x = self.stack(self.architecture.first_input.of(masked_image, mask, sketch))
        return self.architecture.finish(tf.cast(x, tf.float32))

    def fill(self, masked_image, mask, hole_box, sketch=None):
        """As `call`, but computes only what affects the hole; elsewhere the picture is arbitrary.

        Args:
            hole_box: (rows, columns), `Span`s of the picture.
        """
        tables = self.architecture.tables
        encoder, decoder = tables.coarse_encoder, tables.coarse_decoder
        needed = needed_features(encoder, decoder, hole_box, masked_image)
        x = self.architecture.first_input.of(masked_image, mask, sketch)
        x = self.stack(encode(self.stack, encoder, x, needed), first=len(encoder))
        filled = self.architecture.finish(tf.cast(x, tf.float32))
        return whole_picture(filled, decoder, needed, masked_image)

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        return self.stack.scopes
