"""The second of the two networks: it refines the first one's picture, with attention."""

import keras
import tensorflow as tf

from inpaint_tf.models.calling import PICTURE_SHAPES, Built
from inpaint_tf.models.convolution_stack import ConvolutionStack
from inpaint_tf.models.receptive_field import encode, needed_features, whole_picture
from inpaint_tf.ops.resize import corner_aligned_nearest
from inpaint_tf.ops.spans import sizes


class RefinementNetwork(Built, keras.Model):
    """Stage two: a dilated branch and an attention branch, decoded together (section 4.2).

    Args:
        architecture: as in `CoarseNetwork`.
        attention: a layer of (foreground, background, mask) that returns (features, offsets), such
            as `models.attentions.ATTENTIONS` has, with `scopes` if it has weights; or None for the
            paper's baseline, which has no attention branch.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1], the hole filled by the coarse network.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of 8 (of 4 without attention).
        sketch: as in `CoarseNetwork`.

    Returns:
        `(refined, offsets)`: `[B, H, W, 3]` float32 in [-1, 1]; `[B, H/8, W/8, 2]` int32, or
        None without attention.
    """

    def __init__(self, architecture, attention=None, **kwargs):
        super().__init__(**kwargs, autocast=False)
        tables, channels = architecture.tables, architecture.second_input.channels

        def stack(rows, in_channels):
            return ConvolutionStack(
                rows,
                in_channels,
                architecture.width,
                architecture.make_convolution,
                dtype=kwargs.get("dtype"),
            )

        self.architecture = architecture
        self.dilated_branch = stack(tables.dilated_branch, channels)
        decoder_channels = self.dilated_branch.out_channels
        self.attention = attention
        if attention is not None:
            self.attention_encoder = stack(tables.attention_encoder, channels)
            self.attention_tail = stack(tables.attention_tail, self.attention_encoder.out_channels)
            decoder_channels += self.attention_tail.out_channels
            features = (None, None, None, self.attention_encoder.out_channels)
            attention.build(features, features, (None, None, None, 1))
        self.decoder = stack(tables.decoder, decoder_channels)
        self.build(*PICTURE_SHAPES)

    def compute_output_shape(self, image_shape, mask_shape=None):
        batch, height, width, _ = tuple(image_shape)
        sides = [None if side is None else side // 8 for side in (height, width)]
        return (batch, height, width, 3), (batch, *sides, 2)

    def call(self, image, mask, sketch=None):
        x = self.architecture.second_input.of(image, mask, sketch)
        features, offsets = self.dilated_branch(x), None
        if self.attention is not None:
            attended, offsets = self.attend(x, mask)
            features = tf.concat([features, attended], axis=-1)
        refined = self.architecture.finish(tf.cast(self.decoder(features), tf.float32))
        return refined, offsets

    def attend(self, x, mask, needed=None, with_offsets=None):
        """The attention branch: `[B, H, W, C']` to (`[B, H/4, W/4, C]`, offsets).

        With `needed`, two `Span`s of features, only those; offsets only if asked for.
        """
        features = self.attention_encoder(x)
        feature_mask = corner_aligned_nearest(mask, *sizes(features, 1, 2))
        attended, offsets = self.attention(
            features, features, feature_mask, needed=needed, with_offsets=with_offsets
        )
        return self.attention_tail(attended), offsets

    def fill(self, image, mask, hole_box, sketch=None, with_offsets=False):
        """`(refined, offsets)` as far as they affect the hole; elsewhere both are arbitrary.

        Args:
            hole_box: (rows, columns), `Span`s of the picture.
            with_offsets: whether to give offsets; otherwise, or without attention, they are None.
        """
        tables = self.architecture.tables
        x = self.architecture.second_input.of(image, mask, sketch)
        tail = () if self.attention is None else tables.attention_tail
        needed = needed_features(tables.dilated_branch, tail + tables.decoder, hole_box, image)
        features = encode(self.dilated_branch, tables.dilated_branch, x, needed)
        offsets = None
        if self.attention is not None:
            with tf.control_dependencies([features]):  # one branch after the other: less memory
                x = tf.identity(x)
            attended, offsets = self.attend(x, mask, needed, with_offsets)
            features = tf.concat([features, attended], axis=-1)
        refined = self.architecture.finish(tf.cast(self.decoder(features), tf.float32))
        return whole_picture(refined, tables.decoder, needed, image), offsets

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        stacks = [self.dilated_branch]
        if self.attention is not None:
            stacks += [self.attention_encoder, self.attention_tail]
        # Of the attentions, contextual attention has no weights.
        parts = [*stacks, self.decoder, *([self.attention] if self._attention_learns else [])]
        return {scope: layer for part in parts for scope, layer in part.scopes.items()}

    @property
    def _attention_learns(self):
        return self.attention is not None and bool(self.attention.weights)
