"""The U-Net of partial convolutions: irregular holes without a critic."""

from typing import Callable, NamedTuple

import keras
import tensorflow as tf

from inpaint_tf.layers.batch_norm import BatchNorm
from inpaint_tf.layers.partial_conv import PartialConv2D
from inpaint_tf.models.calling import PICTURE_SHAPES, CalledByKeras, given_pictures
from inpaint_tf.ops.image import composite
from inpaint_tf.ops.partial import windows_reached
from inpaint_tf.ops.resize import double_nearest
from inpaint_tf.ops.spans import sizes
from inpaint_tf.types import Inpainting

LEVELS = (3, 8)  # fewest and most: the paper has 8 for 512x512, ports 7 for 256x256
LARGEST_WIDTH = 512
LEAK = 0.2
FIRST_KERNELS = (7, 5, 5)  # of the encoder, 3 from then on
MOST_CHANNELS = 8  # in units of the width: 512


class Row(NamedTuple):
    """One line of the paper's table.

    name: of the unit's variables.
    kernel, stride: ints.
    filters: output channels.
    parts: channels that meet after a skip connection: from below, from the encoder.
    normalized: whether batch normalisation follows; if so, there is no bias.
    activation: function of the features.
    """

    name: str
    kernel: int
    stride: int
    filters: int
    parts: tuple
    normalized: bool
    activation: Callable


def leaky(x):
    """The decoder's activation."""
    return tf.nn.leaky_relu(x, LEAK)


def encoder_rows(levels, width):
    """The encoder, from the picture down."""
    rows, channels = [], 3
    for level in range(levels):
        kernel = FIRST_KERNELS[level] if level < len(FIRST_KERNELS) else 3
        filters = width * min(2**level, MOST_CHANNELS)
        rows.append(
            Row(f"encoder{level + 1}", kernel, 2, filters, (channels,), level > 0, tf.nn.relu)
        )
        channels = filters
    return tuple(rows)


def decoder_rows(encoder):
    """The decoder, from the deepest up; the last unit gives the picture."""
    rows, channels = [], encoder[-1].filters
    for level in range(len(encoder) - 1, 0, -1):
        skipped = encoder[level - 1].filters
        name = f"decoder{level + 1}"
        rows.append(Row(name, 3, 1, skipped, (channels, skipped), True, leaky))
        channels = skipped
    return (*rows, Row("decoder1", 3, 1, 3, (channels, 3), False, tf.identity))


class PartialConvUnit(keras.layers.Layer):
    """A partial convolution, followed by batch normalisation and activation as in the table.

    Args:
        row: `Row`.
        synchronized: of `BatchNorm`.

    Call arguments:
        features, known: as in `PartialConv2D`.
        training: whether batch normalisation takes the batch's own statistics.

    Returns:
        (features, known).
    """

    def __init__(self, row, synchronized, **kwargs):
        super().__init__(**kwargs)
        self.row = row
        dtype = kwargs.get("dtype")
        self.convolution = PartialConv2D(
            row.filters,
            row.kernel,
            parts=row.parts if len(row.parts) > 1 else None,
            strides=row.stride,
            use_bias=not row.normalized,
            kernel_initializer="he_normal",
            name="conv",
            dtype=dtype,
        )
        self.norm = BatchNorm(synchronized, name="norm", dtype=dtype) if row.normalized else None
        with tf.name_scope(f"partial_conv/{row.name}"):
            self.convolution.build((None, None, None, sum(row.parts)))
            if self.norm is not None:
                self.norm.build((None, None, None, row.filters))
        self.build((None, None, None, sum(row.parts)))

    def build(self, features_shape, known_shape=None):
        del features_shape, known_shape  # the variables exist; `summary` reads the shape
        self.built = True

    def compute_output_shape(self, features_shape, known_shape=None):
        return self.convolution.compute_output_shape(features_shape, known_shape)

    def call(self, features, known, training=False):
        features, known = self.convolution(features, known)
        if self.norm is not None:
            features = self.norm(features, training=training)
        return self.row.activation(features), known


@keras.saving.register_keras_serializable(package="inpaint_tf")
class PartialConvUNet(CalledByKeras, keras.Model):
    """The network of "Image Inpainting for Irregular Holes Using Partial Convolutions".

    Args:
        levels: int from 3 to 8, how often the encoder halves the picture; 8 in the paper for
            512x512. Training needs sides of at least 2 to this power.
        width: int, channels of the first convolution, 64 in the paper.
        synchronized_norm: whether several replicas take batch statistics together.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1]; what it shows in the hole does not matter.
        mask: `[B, H, W, 1]` of 0 and 1, 1 = hole. Any size.
            Or one argument: [image, mask], or a dictionary of these names.
        training: whether batch normalisation takes the batch's own statistics.
        freeze_encoder_norm: whether the encoder's takes its moving averages even in training, as in
            the second phase of the paper's training.

    Returns:
        `Inpainting` of one stage, clipped to [-1, 1] except in training. Outside the hole it is the
        network's own reconstruction; `ops.image.composite` puts the known pixels back.

    Raises:
        ValueError: a mask has other values than 0 and 1, or a rank or type is wrong.

    Example:

    >>> network = PartialConvUNet(levels=3, width=4)
    >>> network(tf.zeros([1, 37, 50, 3]), tf.zeros([1, 37, 50, 1])).last.shape
    TensorShape([1, 37, 50, 3])

    Source:
        Liu et al., ECCV 2018, section 3.2 and the table of its supplement.
    """

    size_multiple = smallest_size = 1  # everything beyond a picture counts as hole
    stage_names = ("refined",)
    detail = False  # whether the `Inpainter` is to borrow detail; weights files say so
    guided = False
    fill = None
    attention = None

    def __init__(self, levels=7, width=64, synchronized_norm=False, **kwargs):
        self.smallest_size_with({"levels": levels})  # refuses what is no number of levels
        if not isinstance(width, int) or not 1 <= width <= LARGEST_WIDTH:
            raise ValueError(f"width must be from 1 to {LARGEST_WIDTH}, got {width!r}.")
        if not isinstance(synchronized_norm, bool):
            raise ValueError(f"synchronized_norm must be True or False, got {synchronized_norm!r}.")
        super().__init__(**kwargs, autocast=False)
        rows = encoder_rows(levels, width)

        def units(rows):
            return [
                PartialConvUnit(row, synchronized_norm, name=row.name, dtype=kwargs.get("dtype"))
                for row in rows
            ]

        self.encoder, self.decoder = units(rows), units(decoder_rows(rows))
        self.options = {"levels": levels, "width": width, "synchronized_norm": synchronized_norm}
        self.build(*PICTURE_SHAPES)

    @staticmethod
    def smallest_size_with(options):
        """The smallest height and width to train a network with these options, a dict."""
        levels, (least, most) = options["levels"], LEVELS
        if not isinstance(levels, int) or not least <= levels <= most:
            raise ValueError(f"levels must be from {least} to {most}, got {levels!r}.")
        return 2**levels

    def call(self, image, mask=None, training=False, freeze_encoder_norm=False):
        image, mask, sketch = given_pictures(image, mask)
        if sketch is not None:
            raise ValueError("This network is not guided, so it takes no sketch.")
        require_zeros_and_ones(mask)
        # Pictures are in [0, 1] here: the authors' weights and losses are made for that.
        unit_image = 0.5 * image + 0.5
        picture = 2.0 * self.picture(unit_image, 1.0 - mask, training, freeze_encoder_norm) - 1.0
        # Losses must see how far a pixel is beyond the range: a clipped one has no gradient.
        return Inpainting((picture if training else tf.clip_by_value(picture, -1.0, 1.0),))

    def picture(self, image, known, training=False, freeze_encoder_norm=False):
        """The network itself.

        Args:
            image: `[B, H, W, 3]` in [0, 1].
            known: `[B, H, W, 1]`, 1 = known.
            training, freeze_encoder_norm: as in the network's call.

        Returns:
            `[B, H, W, 3]` float32, around [0, 1].
        """
        features, skips = tf.cast(image, self.compute_dtype), []
        for unit in self.encoder:
            skips.append((features, known))
            own_statistics = training and not freeze_encoder_norm
            features, known = unit(features, known, training=own_statistics)
        for unit, (skipped, skipped_known) in zip(self.decoder, reversed(skips)):
            features = tf.concat([doubled_to(features, skipped), skipped], axis=-1)
            known = tf.concat([doubled_to(known, skipped), skipped_known], axis=-1)
            features, known = unit(features, known, training=training)
        return tf.cast(features, tf.float32)

    def complete(self, image, mask, with_offsets=False):
        """The completed picture alone: the network's in the hole, the known one outside.

        Every pixel of the deepest level sees the whole picture, so there is no shorter way. With
        `with_offsets`, the picture and None, since there is no attention.
        """
        completed = composite(self(image, mask).last, image, mask)
        return (completed, None) if with_offsets else completed

    def hole_outlives_encoder(self, mask):
        """`[B]` bool, whether part of the hole is still unknown at the last level of the encoder.

        The network has nothing to go by there: such holes may stay grey inside.
        """
        known = 1.0 - tf.cast(mask, tf.float32)
        for unit in self.encoder:
            known = windows_reached(known, unit.row.kernel, unit.row.stride)
        return tf.reduce_any(known == 0, axis=[1, 2, 3])

    def encoder_norm_names(self):
        """Names of the variables that the second phase of the paper's training freezes."""
        return {
            f"partial_conv/{unit.row.name}/norm/{name}"
            for unit in self.encoder
            if unit.norm is not None
            for name in unit.norm.named_variables
        }

    def placed_convolutions(self):
        """Every convolution, and the factor by which its output is smaller than the picture."""
        for level, unit in enumerate(self.encoder, 1):
            yield unit.convolution, 2**level
        for level, unit in zip(range(len(self.decoder) - 1, -1, -1), self.decoder):
            yield unit.convolution, 2**level

    @property
    def scopes(self):
        """Scope -> the layer that holds its variables."""
        scopes = {}
        for unit in [*self.encoder, *self.decoder]:
            scopes[f"partial_conv/{unit.row.name}/conv"] = unit.convolution
            if unit.norm is not None:
                scopes[f"partial_conv/{unit.row.name}/norm"] = unit.norm
        return scopes

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype_policy.name, **self.options}


def doubled_to(x, other):
    """`x` doubled by nearest neighbours, and cut to the height and width of `other`."""
    height, width = sizes(other, 1, 2)
    return double_nearest(x)[:, :height, :width]


def require_zeros_and_ones(mask):
    """Raises `ValueError` if a mask known beforehand has other values than 0 and 1."""
    if not tf.executing_eagerly() or not hasattr(mask, "numpy"):
        return
    other = mask[(mask != 0) & (mask != 1)]
    if tf.size(other) > 0:
        raise ValueError(
            f"mask must hold only 0 (known) and 1 (hole), got {float(other[0]):g} among others."
        )
