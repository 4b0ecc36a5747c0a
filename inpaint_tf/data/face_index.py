"""The landmarks of the faces in a set of pictures: found once, kept in a file."""

import os
import zipfile
from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.data.shards import Record
from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing


class FaceRecord(NamedTuple):
    """The face of one picture.

    points: `[P, 2]` float32 x, y as fractions of the upright picture's width and height, or None
        if no face was found.
    size: (H, W) of the upright picture.
    color: mean r, g, b of the face, 0 to 255.
    """

    points: Optional[np.ndarray]
    size: tuple = (0, 0)
    color: tuple = (0.0, 0.0, 0.0)


class FaceIndex:
    """Records by path; a file that has changed since has none.

    Args:
        records: dict of path -> (size in bytes, `FaceRecord`).
    """

    def __init__(self, records=None):
        self._records = dict(records or {})

    def __call__(self, path):
        """The `FaceRecord` of a picture, or None if it has not been searched for faces yet."""
        kept = self._records.get(os.fspath(path))
        if kept is None or kept[0] != _bytes(path):
            return None
        return kept[1]

    def add(self, path, record):
        """Adds a record."""
        self._records[os.fspath(path)] = (_bytes(path), record)

    def found(self, paths):
        """The records of those pictures that show a face."""
        records = [self(path) for path in paths]
        return [each for each in records if each is not None and each.points is not None]

    def mean_color(self, paths):
        """Mean r, g, b of the faces of pictures, with equal weights.

        Returns:
            A list of three floats, 0 to 255, rounded to tenths.
        """
        colors = np.array([record.color for record in self.found(paths)], np.float64)
        return [round(float(value), 1) for value in colors.mean(axis=0)]

    def save(self, path):
        """Writes a `.npz` file, whole or not at all."""
        records = [record for _, record in self._records.values()]
        count = max((len(each.points) for each in records if each.points is not None), default=0)
        points = np.full([len(records), count, 2], np.nan, np.float32)
        for row, record in zip(points, records):
            if record.points is not None:
                row[:] = record.points
        with replacing(path) as temporary:
            np.savez_compressed(
                temporary,
                paths=np.array(list(self._records), str),
                bytes=np.array([size for size, _ in self._records.values()], np.int64),
                points=points,
                sizes=np.array([record.size for record in records], np.int32).reshape(-1, 2),
                colors=np.array([record.color for record in records], np.float32).reshape(-1, 3),
            )

    @classmethod
    def load(cls, path):
        """Reads the file of `save`; an empty index if there is no such file.

        Raises:
            InputError: the file is damaged.
        """
        if not os.path.exists(path):
            return cls()
        try:
            with np.load(path, allow_pickle=False) as file:
                columns = [file[name] for name in ("paths", "bytes", "points", "sizes", "colors")]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(
                f"{path} is damaged; expected faces found before. Delete it, and they are looked "
                "for again."
            ) from error
        return cls(
            {
                str(name): (int(size), _record(points, whole, color))
                for name, size, points, whole, color in zip(*columns)
            }
        )


def _record(points, size, color):
    found = len(points) > 0 and np.isfinite(points).all()
    return FaceRecord(points if found else None, tuple(int(n) for n in size), tuple(color))


def _bytes(path):
    if isinstance(path, Record):
        return path.length
    try:
        return os.stat(path).st_size
    except OSError:
        return -1
