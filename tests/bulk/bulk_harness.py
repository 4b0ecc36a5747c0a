"""What the tests of `inpaint bulk` share: pictures of many kinds, and a stand-in for a network."""

import json

import numpy as np
from PIL import Image

from inpaint_tf.bulk import command

SIZES = ((24, 36), (36, 24), (24, 36), (17, 40))


class MeanFill:
    """Fills each hole with a mean of its own picture, so that no two may be mistaken."""

    guided = False

    def __init__(self):
        self.batches, self.given = [], []

    def __call__(self, image, mask, feather=0, alpha=None, sketch=None):
        batched = mask.ndim == 3
        self.batches.append(len(mask) if batched else 1)
        pictures, holes = (image, mask) if batched else (image[None], mask[None])
        filled = pictures.copy()
        for picture, hole in zip(filled, holes):
            picture[hole] = picture[~hole].mean(axis=0).astype(picture.dtype) + feather
        return filled.reshape(image.shape)

    def doubts(self, hole):
        return [f"{hole.sum()} pixels are doubtful."]


def save(path, pixels, mode=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels, mode).save(path)


def a_mask(height, width, place=0):
    mask = np.zeros([height, width], np.uint8)
    mask[4 + place : 12 + place, 6:18] = 255
    return mask


def make_pictures(folder, masks):
    """Pictures of several sizes, layouts and depths, one without a hole, in `folder`."""
    random = np.random.default_rng(5)

    def noise(height, width, *channels, depth=np.uint8):
        return random.integers(0, np.iinfo(depth).max, [height, width, *channels], depth)

    for number, (height, width) in enumerate(SIZES):
        save(folder / f"color{number}.png", noise(height, width, 3))
        save(masks / f"color{number}.png", a_mask(height, width, number))
    for number in range(3):
        save(folder / f"grey{number}.png", noise(24, 36))
        save(masks / f"grey{number}_mask.png", a_mask(24, 36, number))
        clear = noise(24, 36, 4)
        clear[3:, :, 3] = 255
        save(folder / f"clear{number}.png", clear)
        save(masks / f"clear{number}.png", a_mask(24, 36, number))
    save(folder / "deep.png", noise(24, 36, depth=np.uint16))
    save(masks / "deep.png", a_mask(24, 36))
    save(folder / "photo.jpg", noise(32, 48, 3))
    save(masks / "photo.png", a_mask(32, 48))
    save(folder / "whole.png", noise(24, 36, 3))
    save(folder / "whole2.jpg", noise(24, 36, 3))
    for name in ("whole", "whole2"):
        save(masks / f"{name}.png", np.zeros([24, 36], np.uint8))
    (folder / "readme.txt").write_text("no picture")


def here(*arguments):
    """Runs the command within this process, on one core."""
    return command.main([*map(str, arguments), "--direct_running_mode=in_memory"])


def lines(output, name):
    """The records in the files of this name, by the last part of the picture's name."""
    entries = [
        json.loads(line)
        for path in sorted((output / "_bulk").glob(f"{name}*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    found = {entry["image"].rpartition("/")[2]: entry for entry in entries}
    assert len(found) == len(entries)
    return found


def contents(folder):
    """The bytes of all results, by their names."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "_bulk" not in path.parts
    }
