"""The module that is saved: a generator's weights, and the signatures to call it."""

import tensorflow as tf

from inpaint_tf.export.codec import CPU, as_hole, as_rgb, decode, encode_png, in_layout_of, visible
from inpaint_tf.export.completion import Completion
from inpaint_tf.export.names import DEFAULT, ENCODED, EXPLAIN, FEATURES, PIXELS
from inpaint_tf.export.pixels import (
    THRESHOLD,
    Limits,
    at_least_one,
    require_little_work,
    require_same_size,
    to_float,
    too_much_work,
)
from inpaint_tf.export.problems import first_problem
from inpaint_tf.ops.image import filled_pixels
from inpaint_tf.ops.padding import padded_size
from inpaint_tf.visualization.offset_colors import CELL, offset_colors
from inpaint_tf.weights.variables import named_variables

# Of one picture: the network takes 2.6 GB for the first as a whole, less for the second by windows.
PIXEL_LIMIT, WINDOWED_PIXEL_LIMIT = 2048 * 2048, 4096 * 4096

_IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")
_MASK = tf.TensorSpec([None, None, None, 1], tf.uint8, "mask")


class InpaintingModule(tf.Module):
    """A generator with pictures of any size in and out, to be saved as a SavedModel.

    Args:
        model: a generator, as `create_model` or `load_model` give.
        max_pixels: pixels of the largest picture accepted; None: `WINDOWED_PIXEL_LIMIT` if large
            pictures go through windows, otherwise `PIXEL_LIMIT`.
        detail: whether completed pictures get borrowed detail, as in the `Inpainter`; None: what
            the weights say.
        seed: as in the `Inpainter`.
        working_size: as in the `Inpainter`; a large picture has one window around all its holes.
    """

    def __init__(self, model, max_pixels=None, detail=None, seed=0, working_size="auto"):
        super().__init__(name="inpaint_tf")
        # The variables are saved, but not the Keras objects around them: loading the SavedModel
        # needs neither Keras nor this package.
        self.generator_weights = {
            name: variable if isinstance(variable, tf.Variable) else variable.value
            for name, variable in named_variables(model).items()
        }
        self.detail = model.detail if detail is None else detail
        self._completion = Completion(model, self.detail, seed, working_size)
        windows = self._completion.working_size is not None
        self._model = lambda: model
        self._has_attention = model.attention is not None
        self.limits = Limits(max_pixels or (WINDOWED_PIXEL_LIMIT if windows else PIXEL_LIMIT))
        limits = Limits.of_whole_maps if self._has_attention else Limits
        self.whole_limits = limits(max_pixels or PIXEL_LIMIT)

    def signatures(self, default=PIXELS):
        """The functions by signature name, one of them also as "serving_default".

        Args:
            default: "pixels" or "encoded".
        """
        named = {ENCODED: self.encoded, EXPLAIN: self.explain, FEATURES: self.features}
        if default == PIXELS:
            return {DEFAULT: self.pixels, **named}
        return {DEFAULT: self.encoded, PIXELS: self.pixels, **named}

    def _complete(self, image, hole, visible=None, lines=None, whole=False):
        """Completed pictures; all signatures get them here, see `Completion`."""
        return self._completion(image, hole, visible, lines, whole)

    def _complete_arrays(self, image, hole, lines=None):
        """As `_complete`, for pictures whose size has not been checked."""
        busy = self._is_too_much(image, hole)
        image = require_little_work(image, hole, self.limits, busy)
        return self._complete(image, hole, lines=lines)

    def _explain(self, image, hole, lines=None):
        """The network's whole output; all signatures get it here."""
        image = require_little_work(image, hole, self.whole_limits)
        count = tf.shape(image)[0]
        image, hole = at_least_one(image), at_least_one(hole)
        output = self._completion.everything(to_float(image), hole, lines)
        # Detail starts from the numbers of the short form, so that `pixels` gives the same.
        whole = filled_pixels(output.last, image, hole)
        if self.detail:
            whole = self._complete(image, hole, lines=lines, whole=True)
        results = {
            "completed": whole,
            **dict(zip(self._model().stage_names, output.stages)),
        }
        if self._has_attention:
            height, width = tf.shape(image)[1], tf.shape(image)[2]
            rows, columns = (padded_size(side, CELL) // CELL for side in (height, width))
            results["attention_rgb"] = offset_colors(output.offsets, height, width)
            results["offsets"] = output.offsets[:, :rows, :columns]
        return {name: value[:count] for name, value in results.items()}

    def _features(self, image, mask, *others):
        """The network on pictures of its own sizes; all signatures call it here."""
        model = self._model()
        image = require_little_work(image, mask >= 1, self.whole_limits)
        sides = tf.shape(image)[1:3]
        check = tf.debugging.assert_equal(
            sides,
            padded_size(sides, model.size_multiple, model.smallest_size),
            f"height and width must be multiples of {model.size_multiple} and at least "
            f"{model.smallest_size}",
        )
        count = tf.shape(image)[0]
        with tf.control_dependencies([check]):
            # Whatever is in the hole does not matter, not even NaN.
            image = tf.where(mask >= 1, tf.zeros_like(image), image)
        output = self._completion.as_it_is(image, mask, *others)
        return {name: stage[:count] for name, stage in zip(model.stage_names, output.stages)}

    @tf.function(input_signature=[_IMAGE, _MASK], autograph=False)
    def pixels(self, image, mask):
        """Completes pictures of one size.

        Args:
            image: `[B, H, W, 3]` uint8 RGB.
            mask: `[B, H, W, 1]` uint8, 128 and above is hole.

        Returns:
            `completed`: `[B, H, W, 3]` uint8.
        """
        image, mask = require_same_size(image, mask)
        return {"completed": self._complete_arrays(image, mask >= THRESHOLD)}

    @tf.function(input_signature=[_IMAGE, _MASK], autograph=False)
    def explain(self, image, mask):
        """As `pixels`, with the network's intermediate results.

        Returns:
            `completed`; the stages by name, `coarse` and `refined` if there are two,
            `[B, H, W, 3]` float32 in [-1, 1]; and, if the network has attention, `offsets`,
            `[B, ceil(H/8), ceil(W/8), 2]` int32 (dy, dx) in cells of 8 pixels, and
            `attention_rgb`, `[B, H, W, 3]` uint8, their colours.
        """
        image, mask = require_same_size(image, mask)
        return self._explain(image, mask >= THRESHOLD)

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, None, None, 3], tf.float32, "image"),
            tf.TensorSpec([None, None, None, 1], tf.float32, "mask"),
        ],
        autograph=False,
    )
    def features(self, image, mask):
        """The bare network, for clients that prepare pictures themselves.

        Args:
            image: `[B, H, W, 3]` float32 RGB in [-1, 1]; the hole is cleared here.
            mask: `[B, H, W, 1]` float32, 1 = hole. H and W are multiples of 8, and at least the
                network's smallest size.

        Returns:
            The stages by name, `coarse` and `refined` if there are two: `[B, H, W, 3]` float32
            in [-1, 1], with known pixels reconstructed, too.
        """
        return self._features(*require_same_size(image, mask))

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, "image_bytes"),
            tf.TensorSpec([None], tf.string, "mask_bytes"),
        ],
        autograph=False,
    )
    def encoded(self, image_bytes, mask_bytes):
        """Completes picture files, each of its own size.

        Args:
            image_bytes: `[B]` PNG or JPEG files, grey, RGB or RGB with transparency.
            mask_bytes: `[B]` PNG or JPEG files of the same sizes, white is hole.

        Returns:
            `completed_bytes`: `[B]` PNG files of the pictures' own channels, empty for an item
            that cannot be used; `error_bytes`: `[B]` a sentence about it, else empty.
        """
        return self._encoded(image_bytes, mask_bytes)

    def _encoded(self, image_bytes, mask_bytes, sketch_bytes=None):
        """Every item of three lists of files by itself; without sketches, of two."""
        named = {"mask_bytes": mask_bytes}
        if sketch_bytes is not None:
            named["sketch_bytes"] = sketch_bytes
        with tf.device(CPU):
            for name, files in named.items():
                tf.debugging.assert_equal(
                    tf.size(image_bytes),
                    tf.size(files),
                    f"image_bytes and {name} must have the same number of items",
                )
            numbers = tf.range(tf.size(image_bytes))
        text = tf.TensorSpec([], tf.string)
        results, errors = tf.map_fn(
            lambda item: self._complete_file(*item),
            (numbers, image_bytes, *named.values()),
            fn_output_signature=(text, text),
            parallel_iterations=1,  # two pictures in the network would take twice the memory
        )
        return {"completed_bytes": results, "error_bytes": errors}

    def _complete_file(self, number, image_data, mask_data, sketch_data=None):
        """One item of `encoded`: bytes of the completed PNG, and a sentence."""
        image, image_problem = decode(image_data, self.limits)
        mask, mask_problem = decode(mask_data, self.limits, deep=True)
        lines, sketch_problem = self._lines_of(sketch_data, image)
        with tf.device(CPU):
            hole = as_hole(mask, THRESHOLD)
            problem = first_problem(image, image_problem, mask, mask_problem)
            problem = tf.where(problem == "", sketch_problem, problem)
            busy = tf.logical_and(tf.equal(problem, ""), self._is_too_much(image, hole))
            problem = tf.where(busy, ": the hole is too large for so large a picture.", problem)
            fine = tf.equal(problem, "")
            error = tf.where(fine, "", tf.strings.join(["Item ", tf.as_string(number), problem]))

        def complete():
            color, seen = as_rgb(image), visible(image)
            for pixels, channels in ((hole, 1), (color, 3), (seen, 1)):
                pixels.set_shape([None, None, channels])
            drawn = None if lines is None else lines()[None]
            color = self._complete(color[None], hole[None], seen[None], drawn)[0]
            return encode_png(in_layout_of(image, color))

        return tf.cond(fine, complete, lambda: tf.constant("")), error

    def _is_too_much(self, image, hole):
        if self._completion.working_size is not None:
            return tf.constant(False)  # a window is small, however large the picture is
        return too_much_work(image, hole)

    def _lines_of(self, sketch_data, image):
        """A function that gives the sketch, and what is wrong with it; this network takes none."""
        del sketch_data, image
        return None, ""
