"""The two-stage generator: a coarse network, then a refinement network with attention."""

import keras
import tensorflow as tf

from inpaint_tf.models.architecture import output_span
from inpaint_tf.models.calling import PICTURE_SHAPES, Built, CalledByKeras, given_pictures
from inpaint_tf.models.convolution_stack import ConvolutionStack
from inpaint_tf.models.receptive_field import encode, needed_features
from inpaint_tf.ops.image import composite, filled_image
from inpaint_tf.ops.resize import corner_aligned_nearest
from inpaint_tf.ops.spans import hole_spans, place, sizes
from inpaint_tf.types import Inpainting


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
        """As `call`, but only what reaches the hole; elsewhere the picture is arbitrary.

        Args:
            hole_box: (rows, columns), `Span`s of the picture.
        """
        tables = self.architecture.tables
        encoder, decoder = tables.coarse_encoder, tables.coarse_decoder
        needed = needed_features(encoder, decoder, hole_box, masked_image)
        x = self.architecture.first_input.of(masked_image, mask, sketch)
        x = self.stack(encode(self.stack, encoder, x, needed), first=len(encoder))
        filled = self.architecture.finish(tf.cast(x, tf.float32))
        return _whole_picture(filled, decoder, needed, masked_image)

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        return self.stack.scopes


class RefinementNetwork(Built, keras.Model):
    """Stage two: a dilated branch and an attention branch, decoded together (section 4.2).

    Args:
        architecture: as of `CoarseNetwork`.
        attention: a layer of (foreground, background, mask) that returns (features, offsets), such
            as `models.attentions.ATTENTIONS` has, with `scopes` if it has weights; or None for the
            paper's baseline, which has no attention branch.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1], the hole filled by the coarse network.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of 8 (of 4 without attention).
        sketch: as of `CoarseNetwork`.

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

        With `needed`, two `Span`s of features, it gives only those, and offsets only if asked to.
        """
        features = self.attention_encoder(x)
        feature_mask = corner_aligned_nearest(mask, *sizes(features, 1, 2))
        attended, offsets = self.attention(
            features, features, feature_mask, needed=needed, with_offsets=with_offsets
        )
        return self.attention_tail(attended), offsets

    def fill(self, image, mask, hole_box, sketch=None, with_offsets=False):
        """`(refined, offsets)`, but only what reaches the hole; elsewhere both are arbitrary.

        Args:
            hole_box: (rows, columns), `Span`s of the picture.
            with_offsets: without it, and without attention, offsets are None.
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
        return _whole_picture(refined, tables.decoder, needed, image), offsets

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


class TwoStageGenerator(CalledByKeras, keras.Model):
    """Coarse network, then refinement of its picture pasted into the hole.

    Args:
        coarse_network: a model of (masked_image, mask, sketch).
        refinement_network: a model of (image, mask, sketch).
        fill: the colour with which the model fills the hole, see `ops.image.filled_image`.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1]; what it shows in the hole does not matter, for the hole
            is filled by the model's rule first.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of `size_multiple` and not below
            `smallest_size`.
        sketch: `[B, H, W, 1]`, 1 = line, for a guided network, which sees it in the hole alone;
            None is an empty one.
        Or one argument: [image, mask], [image, mask, sketch], or a dictionary of these names.

    Returns:
        `Inpainting` of two stages, `coarse` and `refined`. Outside the hole both pictures are the
        network's own reconstruction; `ops.image.composite` puts the known pixels back.

    Raises:
        ValueError: a size, rank or type that does not suit, or a sketch for a network that is not
            guided.
    """

    size_multiple = 8
    smallest_size = 8
    stage_names = ("coarse", "refined")
    detail = False  # whether the `Inpainter` is to borrow detail; weights files say so

    def __init__(self, coarse_network, refinement_network, fill=None, **kwargs):
        # Under mixed precision pictures stay in float32; the stacks of convolutions cast.
        super().__init__(**kwargs, autocast=False)
        self.coarse_network = coarse_network
        self.refinement_network = refinement_network
        self.fill = None if fill is None else tuple(fill)

    @property
    def attention(self):
        """The attention layer, or None."""
        return self.refinement_network.attention

    @property
    def guided(self):
        """Whether the network takes a sketch."""
        return self.coarse_network.architecture.guided

    def call(self, image, mask=None, sketch=None, training=False):
        del training  # no layer of this network behaves differently
        image, mask, sketch = given_pictures(image, mask, sketch)
        image, sketch = self.prepared(image, mask, sketch)
        coarse = self.coarse_network(image, mask, sketch)
        filled = composite(coarse, image, mask)
        refined, offsets = self.refinement_network(filled, mask, sketch)
        return Inpainting((coarse, refined), offsets)

    def coarse_stage(self, image, mask, sketch=None):
        """The `Inpainting` of the coarse network alone; arguments as of `call`, all float32."""
        image, sketch = self.prepared(image, mask, sketch)
        return Inpainting((self.coarse_network(image, mask, sketch),))

    @property
    def coarse_scopes(self):
        """What the names of the coarse network's variables begin with, a tuple."""
        return tuple(f"inpaint_net/{scope}/" for scope in self.coarse_network.scopes)

    def prepared(self, image, mask, sketch=None):
        """The picture with its hole filled, and the sketch as the networks take it."""
        self.require_size(image)
        if sketch is not None and not self.guided:
            raise ValueError("This network is not guided, so it takes no sketch.")
        if self.guided:
            # Lines outside the hole would say what the picture says already.
            sketch = tf.zeros_like(mask) if sketch is None else sketch * mask
        return filled_image(image, mask, self.fill), sketch

    def require_size(self, picture):
        """Raises `ValueError` where a size known beforehand does not suit the network."""
        for name, side in zip(("height", "width"), picture.shape[1:3]):
            if side is not None and (side % self.size_multiple or side < self.smallest_size):
                raise ValueError(
                    f"The picture's {name} must be a multiple of {self.size_multiple} and at "
                    f"least {self.smallest_size}, got {side}; `Inpainter` takes any size."
                )

    def complete(self, image, mask, sketch=None, with_offsets=False):
        """The completed picture alone, from no more than what reaches the hole.

        Args:
            image, mask, sketch: as of `call`; the masks of a batch may differ, and a box around
                the holes of all is computed.
            with_offsets: whether to return the attention's offsets too.

        Returns:
            `[B, H, W, 3]` in [-1, 1], the refined picture in the hole and the known one outside,
            the numbers of `composite(self(image, mask).refined, image, mask)`. With `with_offsets`
            this and `[B, H/8, W/8, 2]` int32, as of `call` in cells that touch a hole, and
            arbitrary elsewhere; None without attention.
        """
        image, mask, sketch = given_pictures(image, mask, sketch)
        image, sketch = self.prepared(image, mask, sketch)
        hole_box = hole_spans(mask)
        coarse = self.coarse_network.fill(image, mask, hole_box, sketch)
        filled = composite(coarse, image, mask)
        refined, offsets = self.refinement_network.fill(
            filled, mask, hole_box, sketch, with_offsets
        )
        completed = composite(refined, image, mask)
        return (completed, offsets) if with_offsets else completed

    def placed_convolutions(self):
        """Every convolution and by how much its output is smaller than the picture, a side."""
        refinement = self.refinement_network
        stacks = [(self.coarse_network.stack, 1), (refinement.dilated_branch, 1)]
        if self.attention is not None:
            stacks += [(refinement.attention_encoder, 1), (refinement.attention_tail, 4)]
        for stack, reduced in [*stacks, (refinement.decoder, 4)]:
            yield from stack.placed_convolutions(reduced)

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its variables."""
        scopes = {**self.coarse_network.scopes, **self.refinement_network.scopes}
        return {f"inpaint_net/{scope}": layer for scope, layer in scopes.items()}


def _whole_picture(window, rows, spans, picture):
    """The decoded window at its place in a picture of the size of `picture`."""
    return place(window, *(output_span(rows, span) for span in spans), *sizes(picture, 1, 2))
