"""The two-stage generator: a coarse network, then a refinement network with attention."""

import keras
import tensorflow as tf

from inpaint_tf.layers.upsample_conv import UpsampleConv2D
from inpaint_tf.models.architecture import (
    ATTENTION_ENCODER,
    ATTENTION_TAIL,
    COARSE,
    COARSE_ENCODER_LENGTH,
    DECODER,
    DILATED_BRANCH,
    IMAGE,
    output_span,
)
from inpaint_tf.models.reach import reaching
from inpaint_tf.ops.image import composite
from inpaint_tf.ops.resize import corner_aligned_nearest
from inpaint_tf.ops.spans import crop, hole_spans, place, sizes
from inpaint_tf.types import Inpainting

INPUT_CHANNELS = 5  # RGB with the hole at 0, ones, the mask


class ConvolutionStack(keras.layers.Layer):
    """Rows of the architecture, one convolution after the other.

    Args:
        rows: tuple of `architecture.Row`.
        in_channels: int.
        width: int, channels of the first convolution.
        make_convolution: function of (row, channels) that gives an unbuilt Keras layer.
    """

    def __init__(self, rows, in_channels, width, make_convolution, **kwargs):
        super().__init__(**kwargs)
        self.rows = rows
        self.convolutions = []  # one per row, without the doubling
        self.steps = []
        for row in rows:
            channels = 3 if row.channels == IMAGE else int(row.channels * width)
            convolution = make_convolution(row, channels)
            with tf.name_scope(row.scope):
                convolution.build((None, None, None, in_channels))
            self.convolutions.append(convolution)
            self.steps.append(
                UpsampleConv2D(convolution, name=row.name, dtype=convolution.dtype_policy)
                if row.doubled
                else convolution
            )
            in_channels = channels
        self.out_channels = in_channels
        self.built = True

    def call(self, x, first=0, last=None):
        """The steps `first` to `last` (not included); all of them if not told otherwise."""
        for step in self.steps[first:last]:
            x = step(x)
        return x

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        return {row.scope: layer for row, layer in zip(self.rows, self.convolutions)}


class CoarseNetwork(keras.Model):
    """Stage one: dilated convolutions at a quarter of the size (section 3).

    Args:
        width: int, channels of the first convolution.
        make_convolution: function of (row, channels) that gives an unbuilt Keras layer.
        finish: function of the last features that bounds the picture to [-1, 1].

    Call arguments:
        masked_image: `[B, H, W, 3]` in [-1, 1], 0 in the hole.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of 4.

    Returns:
        `[B, H, W, 3]` float32 in [-1, 1].
    """

    def __init__(self, width, make_convolution, finish, **kwargs):
        super().__init__(**kwargs, autocast=False)
        self.stack = ConvolutionStack(
            COARSE, INPUT_CHANNELS, width, make_convolution, dtype=kwargs.get("dtype")
        )
        self.finish = finish
        self.built = True

    def call(self, masked_image, mask):
        x = self.stack(with_ones_and_mask(masked_image, mask))
        return self.finish(tf.cast(x, tf.float32))

    def fill(self, masked_image, mask, hole):
        """As `call`, but only what reaches the hole; elsewhere the picture is arbitrary.

        Args:
            hole: (rows, columns), `Span`s of the picture.
        """
        encoder, decoder = COARSE[:COARSE_ENCODER_LENGTH], COARSE[COARSE_ENCODER_LENGTH:]
        reach = reaching(encoder, decoder, hole, masked_image)
        x = crop(with_ones_and_mask(masked_image, mask), *reach.picture)
        x = self.stack(x, last=COARSE_ENCODER_LENGTH)
        x = self.stack(crop(x, *reach.encoded), first=COARSE_ENCODER_LENGTH)
        filled = self.finish(tf.cast(x, tf.float32))
        return _whole_picture(filled, decoder, reach.features, masked_image)

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        return self.stack.scopes


class RefinementNetwork(keras.Model):
    """Stage two: a dilated branch and an attention branch, decoded together (section 4.2).

    Args:
        width, make_convolution, finish: as of `CoarseNetwork`.
        attention: a layer of (foreground, background, mask) that returns (features, offsets), or
            None for the paper's baseline, which has no attention branch.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1], the hole filled by the coarse network.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of 8 (of 4 without attention).

    Returns:
        `(refined, offsets)`: `[B, H, W, 3]` float32 in [-1, 1]; `[B, H/8, W/8, 2]` int32, or
        None without attention.
    """

    def __init__(self, width, make_convolution, finish, attention=None, **kwargs):
        super().__init__(**kwargs, autocast=False)

        def stack(rows, in_channels):
            return ConvolutionStack(
                rows, in_channels, width, make_convolution, dtype=kwargs.get("dtype")
            )

        self.dilated_branch = stack(DILATED_BRANCH, INPUT_CHANNELS)
        decoder_channels = self.dilated_branch.out_channels
        self.attention = attention
        if attention is not None:
            self.attention_encoder = stack(ATTENTION_ENCODER, INPUT_CHANNELS)
            self.attention_tail = stack(ATTENTION_TAIL, self.attention_encoder.out_channels)
            decoder_channels += self.attention_tail.out_channels
        self.decoder = stack(DECODER, decoder_channels)
        self.finish = finish
        self.built = True

    def call(self, image, mask):
        x = with_ones_and_mask(image, mask)
        features, offsets = self.dilated_branch(x), None
        if self.attention is not None:
            attended, offsets = self.attend(x, mask)
            features = tf.concat([features, attended], axis=-1)
        return self.finish(tf.cast(self.decoder(features), tf.float32)), offsets

    def attend(self, x, mask, needed=None):
        """The attention branch: `[B, H, W, 5]` to (`[B, H/4, W/4, C]`, offsets).

        With `needed`, two `Span`s of features, it gives only those, and no offsets.
        """
        features = self.attention_encoder(x)
        feature_mask = corner_aligned_nearest(mask, *sizes(features, 1, 2))
        attended, offsets = self.attention(features, features, feature_mask, needed=needed)
        return self.attention_tail(attended), offsets

    def fill(self, image, mask, hole):
        """The refined picture, but only what reaches the hole; elsewhere it is arbitrary.

        Args:
            hole: (rows, columns), `Span`s of the picture.
        """
        x = with_ones_and_mask(image, mask)
        rows = DECODER if self.attention is None else ATTENTION_TAIL + DECODER
        reach = reaching(DILATED_BRANCH, rows, hole, image)
        features = crop(self.dilated_branch(crop(x, *reach.picture)), *reach.encoded)
        if self.attention is not None:
            with tf.control_dependencies([features]):  # one branch after the other: less memory
                x = tf.identity(x)
            attended, _ = self.attend(x, mask, needed=reach.features)
            features = tf.concat([features, attended], axis=-1)
        refined = self.finish(tf.cast(self.decoder(features), tf.float32))
        return _whole_picture(refined, DECODER, reach.features, image)

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        stacks = [self.dilated_branch]
        if self.attention is not None:
            stacks += [self.attention_encoder, self.attention_tail]
        return {
            scope: layer
            for stack in [*stacks, self.decoder]
            for scope, layer in stack.scopes.items()
        }


class TwoStageGenerator(keras.Model):
    """Coarse network, then refinement of its picture pasted into the hole.

    Args:
        coarse_network: a model of (masked_image, mask).
        refinement_network: a model of (image, mask).

    Call arguments:
        masked_image: `[B, H, W, 3]` in [-1, 1], 0 in the hole.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of `size_multiple` and not below
            `smallest_size`.

    Returns:
        `Inpainting(coarse, refined, offsets)`. Outside the hole both pictures are the network's
        own reconstruction; `ops.image.composite` puts the known pixels back.
    """

    size_multiple = 8
    smallest_size = 8

    def __init__(self, coarse_network, refinement_network, **kwargs):
        # Under mixed precision pictures stay in float32; the stacks of convolutions cast.
        super().__init__(**kwargs, autocast=False)
        self.coarse_network = coarse_network
        self.refinement_network = refinement_network
        self.built = True

    def call(self, masked_image, mask, training=False):
        del training  # no layer of this network behaves differently
        self.require_size(masked_image)
        coarse = self.coarse_network(masked_image, mask)
        filled = composite(coarse, masked_image, mask)
        refined, offsets = self.refinement_network(filled, mask)
        return Inpainting(coarse, refined, offsets)

    def require_size(self, picture):
        """Raises `ValueError` where a size known beforehand does not suit the network."""
        for name, side in zip(("height", "width"), picture.shape[1:3]):
            if side is not None and (side % self.size_multiple or side < self.smallest_size):
                raise ValueError(
                    f"The picture's {name} must be a multiple of {self.size_multiple} and at "
                    f"least {self.smallest_size}, got {side}; `Inpainter` takes any size."
                )

    def complete(self, masked_image, mask):
        """The completed picture alone, from no more than what reaches the hole.

        Args:
            masked_image, mask: as of `call`; the masks of a batch may differ, and a box around
                the holes of all is computed.

        Returns:
            `[B, H, W, 3]` in [-1, 1], the refined picture in the hole and the known one outside,
            the numbers of `composite(self(masked_image, mask).refined, masked_image, mask)`.
        """
        self.require_size(masked_image)
        hole = hole_spans(mask)
        coarse = self.coarse_network.fill(masked_image, mask, hole)
        filled = composite(coarse, masked_image, mask)
        refined = self.refinement_network.fill(filled, mask, hole)
        return composite(refined, masked_image, mask)

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        scopes = {**self.coarse_network.scopes, **self.refinement_network.scopes}
        return {f"inpaint_net/{scope}": layer for scope, layer in scopes.items()}


def with_ones_and_mask(image, mask):
    """The network's input, `[B, H, W, 5]`: the picture, a channel of ones, the mask.

    The ones tell inside from outside where convolutions pad with zeros.
    """
    mask = tf.cast(mask, image.dtype)
    return tf.concat([image, tf.ones_like(mask), mask], axis=-1)


def _whole_picture(window, rows, spans, picture):
    """The decoded window at its place in a picture of the size of `picture`."""
    return place(window, *(output_span(rows, span) for span in spans), *sizes(picture, 1, 2))
