"""The configuration of a training run: frozen dataclasses, each checking its own values."""

from dataclasses import dataclass, field
from typing import Optional, Union

from inpaint_tf.config.check import require, require_choice
from inpaint_tf.config.older import V1_WEIGHTS
from inpaint_tf.config.train import TrainConfig, ValidationConfig
from inpaint_tf.masks.face_region import LOWER_FACE, REGIONS

ON_FACES = ("lower_face", "face_region")
DRAWN_BY_NUMPY = ("irregular", "lama_thin", "lama_medium", "lama_thick", "mmagic_free_form")
MASKS = ("box", "brush", "box_or_brush", "mixed", *DRAWN_BY_NUMPY, "folder", *ON_FACES)
ADVERSARIAL_LOSSES = ("wgan_gp", "hinge", "lsgan", "dcgan")


@dataclass(frozen=True)
class NetworkConfig:
    """The generator.

    name: of a network that `create_model` knows.
    options: its arguments; the network's own defaults apply to the others.
    """

    name: str = "deepfill_v1"
    options: dict = field(default_factory=dict)


@dataclass(frozen=True)
class CriticsConfig:
    """The critics, used only in phases with `losses: adversarial`.

    name: `local_and_global` (DeepFill v1) or `patch` (DeepFill v2), with any network.
    options: its arguments; defaults apply to the others.
    """

    name: str = "local_and_global"
    options: dict = field(default_factory=dict)


@dataclass(frozen=True)
class ColorJitter:
    """How far the colours of training pictures may change; 0 leaves them as they are.

    brightness, contrast, saturation: b draws a factor from 1 - b to 1 + b.
    hue: h turns the colours by -h to h of the whole circle.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0

    def __post_init__(self):
        for name, value in vars(self).items():
            most = 0.5 if name == "hue" else 1
            require(0 <= value <= most, f"data.color_jitter.{name}", value, f"in [0, {most}]")


@dataclass(frozen=True)
class DataConfig:
    """The pictures, and how training examples are cut from them.

    train, val: a folder (searched recursively), a glob, a text file with one path a line, TFRecord
        shards, or a folder or glob of a filesystem that TensorFlow reads, such as gs://.
    resize: null keeps the picture's own pixels, N scales its shorter side to N, [H, W] scales it
        to exactly that; then a crop of the training size is taken at a random position.
    scale: least and most random factor of size before the crop; a picture that would become
        smaller than the crop is scaled to fit it.
    flip: mirror half of the pictures from left to right.
    skip_bad: a file that cannot be read is noted in the log and replaced by another, instead of
        ending the run.
    workers: threads that decode; 0 lets TensorFlow choose.
    sketches: for a guided network: `canny` makes them from the pictures, `landmarks` from the faces
        in them, `beside` reads NAME_edge.png or .jpg beside NAME; or a folder of such files.
    """

    train: str = ""
    val: Optional[str] = None
    resize: Optional[Union[int, tuple]] = None
    flip: bool = True
    scale: tuple = (1.0, 1.0)
    color_jitter: ColorJitter = field(default_factory=ColorJitter)
    sketches: Optional[str] = None
    skip_bad: bool = False
    workers: int = 0

    def __post_init__(self):
        if isinstance(self.resize, tuple):
            fine = len(self.resize) == 2 and all(isinstance(n, int) and n > 0 for n in self.resize)
        else:
            fine = self.resize is None or self.resize > 0
        require(fine, "data.resize", self.resize, "null, the shorter side, or [height, width]")
        fine = len(self.scale) == 2 and 0.01 <= self.scale[0] <= self.scale[1] <= 100
        require(fine, "data.scale", self.scale, "[least, most], from 0.01 to 100")
        require(self.workers >= 0, "data.workers", self.workers, "0 (as many as fit) or more")


@dataclass(frozen=True)
class MaskConfig:
    """How holes are drawn; lengths are fractions of the picture's sides (0.5 is 128 of 256).

    name: the kind of hole: `box`, `brush` (strokes), `box_or_brush` (both together), `mixed` (one
        of the three at random), `irregular`, `lama_thin`, `lama_medium`, `lama_thick`,
        `mmagic_free_form`, `folder` (files), `lower_face`, `face_region`.
    per: `item`, a hole for every picture; or `batch`, one for all, as in the release.
    box: sides of the box that the local critic sees.
    max_shrink: how much smaller the hole may be than its box, on each side.
    margin: distance of the box to the border.
    brush_strokes: fewest and most strokes of a hole.
    brush_vertices: fewest and most vertices of a stroke after its first.
    brush_length: mean distance of vertices, as a fraction of the picture's diagonal.
    brush_angle: in degrees, the mean turn at a vertex, and the largest deviation from it.
    brush_width: thinnest and thickest stroke in pixels at 256x256, scaled with the picture.
    folder: mask files, white (over 127) is the hole; for name `folder`.
    face_share: top, left, height, width of the fixed hole over aligned faces; for name
        `lower_face`, and for `face_region` if no face is found.
    face_region: the part of the face that is the hole; for name `face_region`.
    face_jitter: how far that hole is moved, enlarged and reduced at random, in distances between
        the outer eye corners.
    dilation, rotation, flip: how much holes from files are varied, see
        `masks.variation.Variation`.
    invert: whether black is the hole in mask files.
    """

    name: str = "box"
    per: str = "item"
    box: float = 0.5
    max_shrink: float = 0.0625
    margin: float = 0.0
    brush_strokes: tuple = (1, 3)
    brush_vertices: tuple = (4, 11)
    brush_length: float = 0.125
    brush_angle: tuple = (72.0, 24.0)
    brush_width: tuple = (12.0, 40.0)
    folder: Optional[str] = None
    face_share: tuple = LOWER_FACE
    face_region: str = "lower_face"
    face_jitter: float = 0.0
    dilation: tuple = (0.0, 0.0)
    rotation: float = 0.0
    flip: bool = False
    invert: bool = False

    def __post_init__(self):
        require_choice("masks.name", self.name, MASKS)
        require_choice("masks.per", self.per, ("item", "batch"))
        require(0 < self.box <= 1, "masks.box", self.box, "a fraction of the side in (0, 1]")
        require(
            0 <= self.max_shrink < self.box / 2,
            "masks.max_shrink",
            self.max_shrink,
            "at least 0 and less than half of masks.box, so that a hole is left",
        )
        require(
            self.margin >= 0 and self.box + 2 * self.margin <= 1,
            "masks.margin",
            self.margin,
            "at least 0, and masks.box and both margins must fit into the side, 1",
        )
        self._check_brush()
        if self.name == "folder":
            require(self.folder, "masks.folder", self.folder, "a folder, glob or list of masks")
        self._check_face()
        self._check_variation()

    def _check_face(self):
        rectangle = self.face_share
        fine = len(rectangle) == 4 and min(rectangle) >= 0 and min(rectangle[2:]) > 0
        require(
            fine and rectangle[0] + rectangle[2] <= 1 and rectangle[1] + rectangle[3] <= 1,
            "masks.face_share",
            rectangle,
            "[top, left, height, width], fractions of the picture's sides within it",
        )
        require_choice("masks.face_region", self.face_region, tuple(REGIONS))
        require(0 <= self.face_jitter <= 0.5, "masks.face_jitter", self.face_jitter, "in [0, 0.5]")
        require(
            self.name != "face_region" or self.per == "item",
            "masks.per",
            self.per,
            "'item' with masks.name 'face_region': every face is elsewhere",
        )

    def _check_variation(self):
        fine = len(self.dilation) == 2 and 0 <= self.dilation[0] <= self.dilation[1] <= 256
        require(fine, "masks.dilation", self.dilation, "[least, most] pixels of 512, from 0 to 256")
        fine = 0 <= self.rotation <= 180
        require(fine, "masks.rotation", self.rotation, "degrees in [0, 180]")

    def _check_brush(self):
        for key, most in (("brush_strokes", 100), ("brush_vertices", 100)):
            value = getattr(self, key)
            whole = all(isinstance(n, int) for n in value)
            fine = len(value) == 2 and whole and 1 <= value[0] <= value[1] <= most
            require(fine, f"masks.{key}", value, f"[fewest, most], whole numbers from 1 to {most}")
        low_to_high = len(self.brush_width) == 2 and 0 < self.brush_width[0] <= self.brush_width[1]
        require(low_to_high, "masks.brush_width", self.brush_width, "[thinnest, thickest]")
        require(
            0 < self.brush_length <= 1,
            "masks.brush_length",
            self.brush_length,
            "a fraction of the diagonal in (0, 1]",
        )
        angle = self.brush_angle
        fine = len(angle) == 2 and 0 <= angle[0] <= 180 and 0 <= angle[1] <= 180
        require(fine, "masks.brush_angle", angle, "[mean, farthest from it], degrees in [0, 180]")


@dataclass(frozen=True)
class LossConfig:
    """The losses.

    adversarial: the loss of critics and generator: `wgan_gp` (DeepFill v1), `hinge` (v2), `lsgan`,
        `dcgan`.
    discount: factor of a hole pixel's weight per pixel of distance to known ones; 1 is off.
    discount_form: `box` weights the whole box as the authors' program does, `distance` weights
        the hole, of any shape, by its true city-block distance.
    weights: of the terms of `training.terms.registry`, of NAME_adversarial for every critic NAME,
        and of the gradient penalty; terms that are not named are left out.
    options: arguments of the terms that have any, by the term's name.
    features: the frozen network of the terms `perceptual` and `style`: `vgg16` or `vgg19`, which
        Keras downloads, or a file of such a network, `.h5` of Keras or `.safetensors`.
    feature_maps: which of its maps they compare, see `models.vgg.VggFeatures`.
    """

    adversarial: str = "wgan_gp"
    discount: float = 0.99
    discount_form: str = "box"
    weights: dict = field(default_factory=lambda: dict(V1_WEIGHTS))
    options: dict = field(default_factory=dict)
    features: Optional[str] = None
    feature_maps: tuple[str, ...] = ("pool1", "pool2", "pool3")

    def __post_init__(self):
        require_choice("losses.adversarial", self.adversarial, ADVERSARIAL_LOSSES)
        require_choice("losses.discount_form", self.discount_form, ("box", "distance"))
        require(0 < self.discount <= 1, "losses.discount", self.discount, "in (0, 1]")
        maps = self.feature_maps
        require(len(maps) > 0, "losses.feature_maps", maps, "one map or more, such as pool1")


@dataclass(frozen=True)
class Config:
    """The configuration of a training run.

    seed: of weights, holes, crops and the order of pictures.
    """

    seed: int = 0
    network: NetworkConfig = field(default_factory=NetworkConfig)
    data: DataConfig = field(default_factory=DataConfig)
    masks: MaskConfig = field(default_factory=MaskConfig)
    losses: LossConfig = field(default_factory=LossConfig)
    critics: CriticsConfig = field(default_factory=CriticsConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    validation: ValidationConfig = field(default_factory=ValidationConfig)

    def __post_init__(self):
        require(0 <= self.seed < 2**31, "seed", self.seed, "a whole number from 0 to 2147483647")
        require(
            self.masks.name == "box" or self.losses.discount_form == "distance",
            "losses.discount_form",
            self.losses.discount_form,
            f"'distance' with masks.name {self.masks.name!r}, whose holes are no boxes",
        )
        if self.validation.every:
            require(
                self.data.val, "data.val", self.data.val, "pictures, since validation.every is set"
            )
        for index, phase in enumerate(self.train.phases):
            first = self.train.phases[0].size
            require(
                phase.size[0] * first[1] == phase.size[1] * first[0],
                f"train.phases.{index}.size",
                phase.size,
                f"the proportions of the first phase's size, {first}",
            )
