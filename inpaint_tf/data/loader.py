"""The part of the input pipeline that touches files; faults are returned as sentences."""

import numpy as np

from inpaint_tf.data.augmentation import NUMBERS, Augmentation
from inpaint_tf.data.decode import without_path
from inpaint_tf.data.placement import placed_points
from inpaint_tf.data.sketches import piece_reader
from inpaint_tf.errors import InputError
from inpaint_tf.inference.mask_file import checked_hole
from inpaint_tf.inference.photo import read_photo

MOST_REPLACEMENTS = 100  # bad files in a row; more is no accident


class PictureLoader:
    """Reads training pictures by number.

    Args:
        paths: list of files.
        resize, crop_size: as in `decode.read_picture`.
        size: (H, W) of the result; a larger crop is averaged down to it.
        skip_bad: whether the next file of the list replaces one that cannot be used.
        on_bad: function of a sentence, called once for each file that is skipped.
        augmentation: `Augmentation`, how far pictures may be scaled and recoloured;
            None leaves them unchanged.
        landmarks: function of a path that gives the `FaceRecord` of the picture or None, for
            `with_landmarks` and for sketches of faces.
        sketches: `data.sketches.SketchSource`, whose lines become a fourth channel, or None.
    """

    def __init__(
        self,
        paths,
        resize,
        crop_size,
        size,
        skip_bad=False,
        on_bad=None,
        augmentation=None,
        landmarks=None,
        sketches=None,
    ):
        self.paths = paths
        self.resize = resize
        self.crop_size = crop_size
        self.size = size
        self.skip_bad = skip_bad
        self.on_bad = on_bad
        self.augmentation = augmentation or Augmentation()
        self.landmarks = landmarks
        self.sketches = sketches
        self.bad = {}

    def __call__(self, index, crop, flip, augmentation=NUMBERS * (0.5,)):
        """Reads one picture.

        Args:
            index: int, its number.
            crop: where it is cut, as in `decode.read_picture`.
            flip: whether left and right are swapped.
            augmentation: `augmentation.NUMBERS` numbers in [0, 1).

        Returns:
            (`[H, W, C]` uint8 array, "") or (zeros, a sentence about the fault).
        """
        pixels, fault, _ = self._read(index, crop, flip, augmentation)
        return pixels, fault

    def with_landmarks(self, index, crop, flip, augmentation=NUMBERS * (0.5,)):
        """Reads one picture and the landmarks of its face.

        Args:
            index, crop, flip, augmentation: as for a call.

        Returns:
            (pixels, fault, `[P, 2]` float32 x, y in pixels, or None if no face is known).
        """
        pixels, fault, path = self._read(index, crop, flip, augmentation)
        return pixels, fault, self._points(path, crop, self.augmentation.zoom(augmentation), flip)

    def _read(self, index, crop, flip, augmentation):
        """Pixels, fault, and the path of the file they are from, None with a fault."""
        zoom = self.augmentation.zoom(augmentation)
        tries = min(MOST_REPLACEMENTS, len(self.paths)) if self.skip_bad else 1
        fault = ""
        for attempt in range(tries):
            # Which file comes instead depends on the list alone, so resuming finds the same.
            path = self.paths[(index + attempt) % len(self.paths)]
            try:
                pixels, lines = self._piece(path, crop, zoom)
            except InputError as error:
                fault = str(error)
                self._note(path, fault)
                continue
            pixels = self.augmentation.recolor(pixels, augmentation)
            if lines is not None:
                pixels = np.concatenate([pixels, lines], axis=-1)
            return np.ascontiguousarray(pixels[:, ::-1] if flip else pixels), "", path
        if tries > 1:
            fault = f"{tries} files in a row cannot be used, the last one: {fault}"
        return np.zeros([*self.size, self.channels], np.uint8), fault, None

    @property
    def channels(self):
        """Three colours, and the sketch if there is one."""
        return 3 if self.sketches is None else 4

    def _piece(self, path, crop, zoom):
        """The crop of a picture, and its sketch, `[H, W, 1]` uint8, or None."""
        piece = piece_reader(self.resize, self.crop_size, crop, zoom, self.size)
        pixels = piece(path)
        if self.sketches is None:
            return pixels, None
        return pixels, self.sketches(path, pixels, piece, self._points(path, crop, zoom))

    def _points(self, path, crop, zoom, flip=False):
        """`[P, 2]` x, y of the face in a crop of a picture, None if no face is known."""
        record = None if self.landmarks is None or path is None else self.landmarks(path)
        if record is None or record.points is None:
            return None
        piece = (self.resize, self.crop_size, self.size)
        return placed_points(record.points, record.size, *piece, crop, zoom, flip)

    def fault(self, index):
        """A sentence about the fault of one file, "" if there is none."""
        try:
            self._piece(self.paths[index], (0.5, 0.5), 1.0)
        except InputError as error:
            return str(error)
        return ""

    def _note(self, path, fault):
        if path not in self.bad:
            self.bad[path] = fault
            if self.skip_bad and self.on_bad is not None:
                self.on_bad(fault)


def mask_loader(paths, invert=False):
    """A function of (index, (H, W)) that reads a mask, or zeros and the fault as a sentence.

    Masks are read by `inference.mask_file.read_mask`. The result is
    `[H, W, 1]` float32, 1 in the hole.
    """

    def load(index, size):
        path = paths[index]
        try:
            mask = read_photo(path)
        except InputError as error:
            return _no_mask(size), without_path(error, path, "cannot be read as a mask")
        try:
            hole, _ = checked_hole(mask, path, size, invert)
        except InputError as error:
            return _no_mask(size), str(error)
        return hole[..., np.newaxis].astype(np.float32), ""

    return load


def _no_mask(size):
    return np.zeros([*size, 1], np.float32)
