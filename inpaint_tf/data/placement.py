"""The positions of a file's points in the example that is cut from it."""

import numpy as np


def placed_points(points, picture, resize, crop_size, size, crop=(0.5, 0.5), zoom=1.0, flip=False):
    """Moves points as `decode.read_picture`, averaging and mirroring move pixels.

    Args:
        points: `[P, 2]` x, y as fractions of the upright picture's width and height.
        picture: (H, W) of the upright picture in pixels.
        resize, crop_size, crop, zoom: as in `decode.read_picture`.
        size: (h, w) of the example.
        flip: whether left and right are swapped.

    Returns:
        `[P, 2]` float32 x, y in pixels of the example, perhaps outside of it.
    """
    height, width = scaled_size(picture, resize)
    rows, columns = crop_size
    if zoom == 1:
        top = min(int(crop[0] * (height - rows + 1)), height - rows)
        left = min(int(crop[1] * (width - columns + 1)), width - columns)
    else:
        zoom = max(zoom, rows / height, columns / width)
        rows, columns = rows / zoom, columns / zoom
        top, left = crop[0] * max(height - rows, 0), crop[1] * max(width - columns, 0)
    x = (points[:, 0] * width - left) * size[1] / columns
    y = (points[:, 1] * height - top) * size[0] / rows
    return np.stack([size[1] - x if flip else x, y], axis=-1).astype(np.float32)


def scaled_size(picture, resize):
    """(H, W) of a picture after `resize`, see `decode.read_picture`."""
    if resize is None:
        return picture
    if isinstance(resize, int):
        factor = resize / min(picture)
        return tuple(max(resize, round(side * factor)) for side in picture)
    return tuple(int(side) for side in resize)
