"""How a generator is called: with pictures singly, in a list or by name; and by Keras."""

import keras
import tensorflow as tf

from inpaint_tf.amount import amount
from inpaint_tf.types import Inpainting

# Call arguments and how many channels each has.
CHANNELS = {"image": 3, "mask": 1, "sketch": 1}
RANGES = {"image": "in [-1, 1]", "mask": "of 0 and 1 (1 = hole)", "sketch": "of 0 and 1 (1 = line)"}


def given_pictures(image, mask=None, sketch=None):
    """The call arguments of a generator, checked.

    Args:
        image: a picture, or [image, mask], [image, mask, sketch], or a dictionary of these names.
        mask, sketch: only if `image` is a picture.

    Returns:
        (image, mask, sketch), float32 tensors, the sketch perhaps None.

    Raises:
        ValueError: something is missing, unknown, or of another rank, type or size.
    """
    if isinstance(image, dict):
        unknown = [repr(key) for key in image if key not in CHANNELS]
        if unknown:
            raise ValueError(
                f"A generator takes {', '.join(map(repr, CHANNELS))}, got {', '.join(unknown)}."
            )
        given = image
    elif isinstance(image, (list, tuple)):
        if len(image) not in (2, 3):
            raise ValueError(
                f"A generator takes [image, mask] or [image, mask, sketch], got "
                f"{amount(len(image), 'item', 'items')}."
            )
        given = dict(zip(CHANNELS, image))
    else:
        given = {"image": image, "mask": mask, "sketch": sketch}
    for name in ("image", "mask"):
        if given.get(name) is None:
            raise ValueError(f"A generator needs an image and a mask, and there is no {name}.")
    pictures = [
        None if given.get(name) is None else _picture(name, given[name]) for name in CHANNELS
    ]
    for name, other in zip(("mask", "sketch"), pictures[1:]):
        if other is not None:
            _require_same_size(name, other, pictures[0])
    return pictures


def _picture(name, value):
    """One call argument as float32, its rank, type and channels checked."""
    value = tf.convert_to_tensor(value)
    expected = f"{name} must be [B, H, W, {CHANNELS[name]}] floats {RANGES[name]}"
    if not value.dtype.is_floating:
        raise ValueError(f"{expected}, got {value.dtype.name}; tf.cast(...) makes floats of it.")
    if not value.shape.is_compatible_with([None, None, None, CHANNELS[name]]):
        raise ValueError(f"{expected}, got shape {tuple(value.shape)}.")
    value = tf.cast(value, tf.float32)
    if value.shape.rank is not None and value.shape[-1] is not None:
        return value
    # Decoded files have an unknown number of channels.
    return tf.ensure_shape(value, [None, None, None, CHANNELS[name]])


def _require_same_size(name, other, image):
    same = other.shape[1:3].is_compatible_with(image.shape[1:3])
    batches = {other.shape[0], image.shape[0]} - {None, 1}
    if not same or len(batches) > 1:
        raise ValueError(
            f"{name} must have the picture's batch, height and width "
            f"{tuple(image.shape[:3])}, got {tuple(other.shape[:3])}."
        )


class Built:
    """A network of pictures and masks that has its variables as soon as it is made."""

    def build(self, image_shape=None, mask_shape=None):
        del image_shape, mask_shape  # `summary` and `export` read them
        self.built = True


class CalledByKeras(Built):
    """Makes a generator fit for `summary`, `fit`, `evaluate`, `export` and functional models.

    The loss given to `compile` compares each stage with the target; a dictionary by `stage_names`
    gives one for each (`loss={"coarse": "mae", "refined": "mse"}`; likewise `loss_weights`).
    Metrics are of the last stage. The target is the whole photo, which may also be the input: a
    generator fills the hole of its input first.
    """

    supports_masking = True  # `mask` is the hole, not a mask of Keras's own

    def compute_mask(self, *args, **kwargs):
        del args, kwargs

    def compute_output_shape(self, image_shape, mask_shape=None):
        del mask_shape
        batch, height, width, _ = tuple(image_shape)
        stages = tuple((batch, height, width, 3) for _ in self.stage_names)
        if self.attention is None:
            return Inpainting(stages, ())
        sides = [None if side is None else side // self.size_multiple for side in (height, width)]
        return Inpainting(stages, (batch, *sides, 2))

    def compute_output_spec(self, *args, **kwargs):
        # Not only from shapes, since offsets are integers; Keras 3 only.
        return _tensors_alone(super(keras.layers.Layer, self).compute_output_spec(*args, **kwargs))

    def predict_step(self, data):
        return _tensors_alone(super().predict_step(data))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        stages = dict(zip(self.stage_names, y_pred.stages))
        weights = None if sample_weight is None else dict.fromkeys(stages, sample_weight)
        return super().compute_loss(x, dict.fromkeys(stages, y), stages, weights)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return super().compute_metrics(x, y, y_pred.last, sample_weight)

    def export(self, filepath, *args, **kwargs):
        """Keras's own `export`, with only the completed picture as its output.

        Its endpoint `serve` takes float pictures and masks as the network does, and a sketch if it
        is guided. `inpaint export` makes a model for photos of any size.
        """
        names = [name for name in CHANNELS if name != "sketch" or self.guided]
        given = [keras.Input((None, None, CHANNELS[name]), name=name) for name in names]
        image, mask = given[:2]
        completed = self(given).last * mask + image * (1.0 - mask)
        return keras.Model(given, completed, name=self.name).export(filepath, *args, **kwargs)


def _tensors_alone(output):
    """The `Inpainting` without None, which Keras rejects in functional models and batches."""
    return output if output.offsets is not None else output._replace(offsets=())


PICTURE_SHAPES = tuple((None, None, None, CHANNELS[name]) for name in ("image", "mask"))
