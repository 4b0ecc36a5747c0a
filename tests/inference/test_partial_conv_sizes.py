"""The U-Net of partial convolutions behind the `Inpainter`."""

import numpy as np

from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.models.partial_conv_unet import PartialConvUNet


def test_pictures_of_any_size_and_what_is_told_about_holes():
    network = PartialConvUNet(4, 2)
    image = np.random.default_rng(0).integers(0, 256, [90, 61, 3], np.uint8)
    hole = np.zeros([90, 61], bool)
    hole[20:30, 20:40] = True
    plain, compiled = Inpainter(network), Inpainter(CompiledGenerator(network))
    for size in ((90, 61), (32, 47), (9, 61)):
        part, mask = image[: size[0], : size[1]], hole[: size[0], : size[1]].copy()
        mask[3:5, 4:9] = True
        completed = plain(part, mask)
        np.testing.assert_array_equal(completed[~mask], part[~mask])
        assert (completed[mask] != part[mask]).any()
        assert np.abs(compiled(part, mask).astype(int) - completed).max() <= 1
    stages = plain.stages(image, hole)
    assert list(stages.pictures) == ["refined"] and stages.offset_colors is None

    assert plain.doubts(hole) == compiled.doubts(hole) == []
    hole[1:, 1:] = True
    assert len(plain.doubts(hole)) == len(compiled.doubts(hole)) == 1
    assert "wider than the levels of this network can close" in plain.doubts(hole)[0]
