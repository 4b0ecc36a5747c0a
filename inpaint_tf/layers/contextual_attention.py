"""The contextual attention layer, a thin shell over `inpaint_tf.ops.attention`."""

import keras
import tensorflow as tf

from inpaint_tf.layers.attention_outputs import AttentionOutputs
from inpaint_tf.layers.inputs import require_features
from inpaint_tf.ops.attention import (
    MASKINGS,
    attend,
    best_offsets,
    grid_size,
    known_patches,
    match_scores,
    offsets_to,
    paste_patches,
    propagate_scores,
    reduce,
)
from inpaint_tf.ops.attention.fast import attend_in_blocks
from inpaint_tf.ops.attention.keys import Rules
from inpaint_tf.ops.spans import crop

IMPLEMENTATIONS = ("shifts", "patches")


@keras.saving.register_keras_serializable(package="inpaint_tf")
class ContextualAttention(AttentionOutputs, keras.layers.Layer):
    """Rebuilds the foreground from patches of the background that look alike.

    1. Foreground, background and mask are reduced by `rate`.
    2. Every foreground patch is scored against every background patch.
    3. Scores support each other along matching neighbours (attention propagation).
    4. A softmax over the background patches that hold no hole pixel gives the weights.
    5. Patches of the full background, `2 * rate` wide, are added up with these weights.

    Args:
        kernel_size: odd int, side of the patches that are compared, on the reduced features.
        rate: int, how far features are reduced for matching.
        propagation_size: odd int, how many neighbours support each other; 1 switches it off.
        softmax_scale: inverse temperature of the softmax.
        masking: what happens to patches with a hole: "multiply", the original's rule, sets their
            scores to 0 before and their weights to 0 after the softmax; "exclude" leaves them out.
        implementation: "shifts" computes the same numbers as "patches", the reference, with a
            fifth of the arithmetic and a few rows at a time, so that memory stays bounded.
        memory: bytes that the matrices of one step may take ("shifts" only). A step is at least one
            row of queries; with `needed`, a part of one. None: at most 512 MB, 1 GB with `needed`,
            or more for very large pictures, linear in their pixels. XLA compiles at most 32 steps
            of a map.

    Call arguments:
        foreground: `[B, H, W, C]` float features; H and W are multiples of `rate`.
        background: `[B, H', W', C]`, often the foreground itself.
        mask: `[B, H', W', 1]`, 1 = hole in the background, one per item; a batch of one is used for
            all items. None: everything is known.
        needed: (rows, columns), two `inpaint_tf.ops.spans.Span`s of the features to
            compute, the same for all items; "shifts" computes only these. None: all.
        with_offsets: whether to return offsets; by default if all features are computed.

    Returns:
        `(features, offsets)`: `[B, H, W, C]` and `[B, H/rate, W/rate, 2]` int32, (dy, dx) from
        each position to its best patch; None without offsets. With `needed` only those features,
        and offsets that are meaningful only there.

    Raises:
        ValueError: an option outside its range.

    Example:

    >>> x, mask = tf.random.stateless_normal([2, 16, 24, 8], [0, 0]), tf.zeros([2, 16, 24, 1])
    >>> features, offsets = ContextualAttention()(x, x, mask)
    >>> features.shape, offsets.shape
    (TensorShape([2, 16, 24, 8]), TensorShape([2, 8, 12, 2]))

    Source:
        Yu et al., CVPR 2018, section 4.1; `contextual_attention` of the original, from which it
        differs by taking a mask per item, and a background of another size.
    """

    def __init__(
        self,
        kernel_size=3,
        rate=2,
        propagation_size=3,
        softmax_scale=10.0,
        masking="multiply",
        implementation="shifts",
        memory=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.supports_masking = True  # `mask` is the hole, not a mask of Keras's own
        for name, size in (("kernel_size", kernel_size), ("propagation_size", propagation_size)):
            if size < 1 or size % 2 == 0:
                raise ValueError(f"{name} must be odd and positive, got {size}.")
        if rate < 1:
            raise ValueError(f"rate must be at least 1, got {rate}.")
        if not 0 < softmax_scale < float("inf"):
            raise ValueError(f"softmax_scale must be positive, got {softmax_scale}.")
        if masking not in MASKINGS:
            raise ValueError(f"masking must be one of {', '.join(MASKINGS)}, got {masking!r}.")
        self.kernel_size = kernel_size
        self.rate = rate
        self.propagation_size = propagation_size
        self.softmax_scale = softmax_scale
        if implementation not in IMPLEMENTATIONS:
            raise ValueError(
                f"implementation must be one of {', '.join(IMPLEMENTATIONS)}, "
                f"got {implementation!r}."
            )
        self.masking = masking
        self.implementation = implementation
        self.memory = memory

    def build(self, foreground_shape, background_shape=None, mask_shape=None):
        del foreground_shape, background_shape, mask_shape  # there are no weights
        self.built = True

    def call(self, foreground, background, mask=None, needed=None, with_offsets=None):
        require_features(foreground, "foreground")
        dtype = foreground.dtype
        if dtype == tf.float16:  # whose range products of features leave
            foreground = tf.cast(foreground, tf.float32)
        require_features(background, "background")
        background = tf.cast(background, foreground.dtype)
        if mask is not None:
            mask = tf.convert_to_tensor(mask)  # Keras 2 converts only the first argument
        require_fitting(foreground, background, mask)
        if with_offsets is None:
            with_offsets = needed is None
        features, offsets = self.attend(foreground, background, mask, needed, with_offsets)
        return tf.cast(features, dtype), offsets

    def attend(self, foreground, background, mask, needed, with_offsets):
        """The chosen implementation; arguments and results as in `call`."""
        key_grid = grid_size(background, self.rate)
        sides = [*foreground.shape[1:3], *background.shape[1:3]]
        # Blocks need neighbouring rows and columns, but none beyond them.
        narrow = min((side // self.rate for side in sides if side), default=1)
        if self.implementation == "patches" or narrow < self.propagation_size // 2:
            features, offsets = self.attend_patches(foreground, background, mask, key_grid)
            features = features if needed is None else crop(features, *needed)
            return features, offsets if with_offsets else None
        rules = Rules(
            key_grid, self.kernel_size, self.propagation_size, self.softmax_scale, self.masking
        )
        features, best = attend_in_blocks(
            foreground,
            background,
            mask,
            rules,
            self.rate,
            memory=self.memory,
            needed=needed,
            with_best=with_offsets,
        )
        return features, None if best is None else offsets_to(best, key_grid)

    def attend_patches(self, foreground, background, mask, key_grid):
        """The reference: the five steps as written in the paper."""
        scores = match_scores(
            reduce(foreground, self.rate), reduce(background, self.rate), self.kernel_size
        )  # [B, h, w, L]
        scores = propagate_scores(scores, self.propagation_size, key_grid)
        patch_known = None
        if mask is not None:
            mask = tf.cast(mask, foreground.dtype)
            patch_known = known_patches(reduce(mask, self.rate), self.kernel_size)  # [B, L]
        attention = attend(scores, patch_known, self.softmax_scale, self.masking)
        features = paste_patches(attention, background, self.rate)
        return features, best_offsets(attention, key_grid)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "rate": self.rate,
            "propagation_size": self.propagation_size,
            "softmax_scale": self.softmax_scale,
            "masking": self.masking,
            "implementation": self.implementation,
            "memory": self.memory,
        }


def require_fitting(foreground, background, mask):
    """Raises `ValueError` if shapes known beforehand do not match."""
    if foreground.shape[3] != background.shape[3]:
        raise ValueError(
            "foreground and background must have the same number of channels, got "
            f"{foreground.shape[3]} and {background.shape[3]}."
        )
    if mask is not None and not mask.shape.is_compatible_with([None, *background.shape[1:3], 1]):
        raise ValueError(
            f"mask must be [B, H', W', 1] with the background's size {background.shape[1:3]}, "
            f"got shape {mask.shape}."
        )
