"""Config -> parts."""

import keras
import numpy as np
import tensorflow as tf

from inpaint_tf.amount import amount
from inpaint_tf.assembly.faces import points_in
from inpaint_tf.assembly.pictures import training_pictures
from inpaint_tf.data.augmentation import Augmentation
from inpaint_tf.data.decode import read_picture
from inpaint_tf.data.files import list_pictures
from inpaint_tf.data.loader import PictureLoader, mask_loader
from inpaint_tf.data.pipeline import Pipeline, file_masks
from inpaint_tf.data.sketches import SketchSource, without_sketches
from inpaint_tf.data.sources import find_pictures
from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.validation import Validation, contrast
from inpaint_tf.faces.mesh import POINTS
from inpaint_tf.inference.mask_file import read_hole
from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
from inpaint_tf.masks import purposes
from inpaint_tf.masks.brush import Strokes
from inpaint_tf.masks.by_numpy import numpy_holes
from inpaint_tf.masks.face_sampler import FaceMaskSampler
from inpaint_tf.masks.sampler import MaskSampler, center_box
from inpaint_tf.masks.samplers import SAMPLERS
from inpaint_tf.masks.seeds import fold
from inpaint_tf.masks.variation import Variation
from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
from inpaint_tf.models.registry import MODELS, build_model
from inpaint_tf.ops.boxes import box_mask
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
LOOKED_AT = 8  # mask files, before a run begins


def make_generator(config):
    """The generator of a configuration, with fresh weights that depend only on the seed."""
    keras.utils.set_random_seed(config.seed)
    network = config.network
    return build_model(network.name, {**network.options, "dtype": POLICIES[config.train.precision]})


def make_critics(config, size, box_size, number=0):
    """The critics of a configuration for pictures and boxes of these sizes, a tuple of `Judge`."""
    keras.utils.set_random_seed(config.seed + 1 + number)
    guided = bool(config.network.options.get("guided", False))
    scene = Scene(size, box_size, guided, POLICIES[config.train.precision])
    loss = ADVERSARIAL_LOSSES[config.losses.adversarial]
    return CRITIC_SETS[config.critics.name].make(scene, loss, **config.critics.options)


def make_mask_sampler(config, size):
    """The `MaskSampler`, or `FaceMaskSampler`, of a configuration for pictures of `size`."""
    masks = config.masks
    if masks.name in ("lower_face", "face_region"):
        region = masks.face_region if masks.name == "face_region" else None
        box_size = box_size_of(config, size)
        return FaceMaskSampler(size, box_size, masks.face_share, region, masks.face_jitter)
    from_elsewhere = None
    if masks.name == "folder":
        paths = list_pictures(masks.folder, "masks.folder")
        variation = Variation(masks.dilation, masks.rotation, masks.flip)
        from_elsewhere = file_masks(mask_loader(paths, masks.invert), len(paths), variation)
    elif masks.name in SAMPLERS:
        from_elsewhere = numpy_holes(SAMPLERS[masks.name])
    return MaskSampler(
        masks.name,
        size,
        box_size_of(config, size),
        max_shrink=pixels_of(size, masks.max_shrink),
        margin=pixels_of(size, masks.margin),
        strokes=Strokes(
            masks.brush_strokes,
            masks.brush_vertices,
            masks.brush_length,
            masks.brush_angle,
            masks.brush_width,
        ),
        from_elsewhere=from_elsewhere,
    )


def mask_notices(config):
    """Sentences about the first few mask files that may be unintended.

    Raises:
        InputError: one of them cannot be used; the others are checked when they are drawn.
    """
    masks = config.masks
    if masks.name != "folder":
        return []
    size = config.train.phases[0].size
    paths = list_pictures(masks.folder, "masks.folder")[:LOOKED_AT]
    return [sentence for path in paths for sentence in read_hole(path, size, masks.invert)[1]]


def box_size_of(config, size):
    """(height, width) of the boxes in pictures of `size`."""
    return pixels_of(size, config.masks.box)


def pixels_of(size, fraction):
    """Fractions of height and width in whole pixels."""
    return tuple(round(side * fraction) for side in size)


def crop_size_of(config):
    """(height, width) of the crop from a picture: the largest phase's size."""
    return max((phase.size for phase in config.train.phases), key=lambda size: size[0] * size[1])


def make_loader(config, size, on_bad=None, faces=None):
    """The `PictureLoader` of the training pictures; `faces` is their `FaceIndex`, or None."""
    data = config.data
    paths = training_pictures(data.train)
    largest = max(phase.batch for phase in config.train.phases)
    if len(paths) < largest:
        raise InputError(
            f"config.data.train {data.train!r} holds "
            f"{amount(len(paths), 'picture', 'pictures')}; expected at least one batch, {largest}."
        )
    augmentation = Augmentation(data.scale, **vars(data.color_jitter))
    return PictureLoader(
        paths,
        data.resize,
        crop_size_of(config),
        size,
        data.skip_bad,
        on_bad,
        augmentation,
        faces,
        None if data.sketches is None else SketchSource(data.sketches),
    )


def make_pipeline(config, phase, loader):
    """The `Pipeline` of one phase."""
    return Pipeline(
        loader,
        len(loader.paths),
        make_mask_sampler(config, phase.size),
        phase.size,
        phase.batch,
        config.seed,
        flip=config.data.flip,
        mask_per_batch=config.masks.per == "batch",
        workers=config.data.workers,
        points=0 if loader.landmarks is None else POINTS,
        channels=loader.channels,
    )


def terms_of(config, box_size):
    """The terms of a configuration's loss for boxes of `box_size`, a dict of name -> `Term`."""
    losses = config.losses
    stages = len(MODELS[config.network.name].stage_names)
    setting = Setting(box_size, losses.discount, losses.discount_form, stages)
    return make_terms(losses.weights, setting, losses.options)


def make_objective(config, box_size, frozen):
    """The `Objective` of a configuration for boxes of `box_size`; see `frozen_networks`."""
    return Objective(terms_of(config, box_size), config.losses.weights, frozen)


def make_validation(config):
    """The `Validation` of a configuration and the contrast of the originals, or (None, None)."""
    if not config.validation.every:
        return None, None
    size = crop_size_of(config)
    paths = without_sketches(find_pictures(config.data.val, "data.val"))
    paths = paths[: config.validation.pictures]
    pictures = np.stack(
        [read_picture(path, config.data.resize, size, draft=False) for path in paths]
    )
    masks = _validation_masks(config, size, pictures)
    truth = float(np.mean([contrast(*pair) for pair in zip(pictures, masks)]))
    return Validation(pictures, masks), truth


def _validation_masks(config, size, pictures):
    count = len(pictures)
    if config.validation.mask == "center":
        mask = box_mask(center_box(size, box_size_of(config, size)), size)
        return np.repeat(mask.numpy()[np.newaxis], count, axis=0)
    root = tf.constant([config.seed, purposes.VALIDATION], tf.int32)
    sample = make_mask_sampler(config, size)
    faces = [None] * count
    if config.masks.name == "face_region":
        faces = points_in(pictures)
    masks = []
    for number, points in enumerate(faces):
        points = np.full([POINTS, 2], np.nan, np.float32) if points is None else points
        mask, _, fault = sample(fold(root, number), points)
        if fault:
            raise InputError(fault if isinstance(fault, str) else fault.numpy().decode())
        masks.append(mask.numpy())
    return np.stack(masks)
