"""The two-stage generator: a coarse network, then a refinement network with attention."""

import keras
import tensorflow as tf

from inpaint_tf.models.calling import CalledByKeras, given_pictures
from inpaint_tf.ops.image import composite, filled_image
from inpaint_tf.ops.spans import hole_spans
from inpaint_tf.types import Inpainting


class TwoStageGenerator(CalledByKeras, keras.Model):
    """Coarse network, then refinement of its picture pasted into the hole.

    Args:
        coarse_network: a model of (masked_image, mask, sketch).
        refinement_network: a model of (image, mask, sketch).
        fill: the colour with which the model fills the hole, see `ops.image.filled_image`.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1]; what it shows in the hole does not matter, because the
            model fills the hole by its own rule first.
        mask: `[B, H, W, 1]`, 1 = hole. H and W are multiples of `size_multiple` and not below
            `smallest_size`.
        sketch: `[B, H, W, 1]`, 1 = line, for a guided network, which sees only lines in the hole;
            None is an empty one.
        Or one argument: [image, mask], [image, mask, sketch], or a dictionary of these names.

    Returns:
        `Inpainting` of two stages, `coarse` and `refined`. Outside the hole both pictures are the
        network's own reconstruction; `ops.image.composite` puts the known pixels back.

    Raises:
        ValueError: a size, rank or type is wrong, or a network that is not guided is given a
            sketch.
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
        """The `Inpainting` of the coarse network alone; arguments as in `call`, all float32."""
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
            # Lines outside the hole would only repeat what the picture shows.
            sketch = tf.zeros_like(mask) if sketch is None else sketch * mask
        return filled_image(image, mask, self.fill), sketch

    def require_size(self, picture):
        """Raises `ValueError` if a size known beforehand does not fit the network."""
        for name, side in zip(("height", "width"), picture.shape[1:3]):
            if side is not None and (side % self.size_multiple or side < self.smallest_size):
                raise ValueError(
                    f"The picture's {name} must be a multiple of {self.size_multiple} and at "
                    f"least {self.smallest_size}, got {side}; `Inpainter` takes any size."
                )

    def complete(self, image, mask, sketch=None, with_offsets=False):
        """The completed picture alone; only what affects the hole is computed.

        Args:
            image, mask, sketch: as in `call`; the masks of a batch may differ: a box around all
                holes is computed.
            with_offsets: whether to return the attention's offsets too.

        Returns:
            `[B, H, W, 3]` in [-1, 1], the refined picture in the hole and the known one outside:
            the numbers of `composite(self(image, mask).refined, image, mask)`. With `with_offsets`,
            also `[B, H/8, W/8, 2]` int32, those of `call` in cells that touch a hole and arbitrary
            elsewhere; None without attention.
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
        """Every convolution, and the factor by which its output is smaller than the picture."""
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
