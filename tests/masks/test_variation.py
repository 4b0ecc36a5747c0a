"""Holes changed at random, and holes of NumPy within a TensorFlow pipeline."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.config.schema import DRAWN_BY_NUMPY
from inpaint_tf.masks.by_numpy import numpy_holes
from inpaint_tf.masks.draw import Draw
from inpaint_tf.masks.sampler import MaskSampler
from inpaint_tf.masks.samplers import SAMPLERS
from inpaint_tf.masks.seeds import fold
from inpaint_tf.masks.variation import Variation, varied

HOLE = np.zeros([60, 80], bool)
HOLE[10:14, 20:50] = True


def many(variation, count=40):
    return [varied(HOLE, Draw(0, number), variation) for number in range(count)]


def test_no_variation_leaves_the_hole():
    np.testing.assert_array_equal(varied(HOLE, Draw(0), Variation()), HOLE)


def test_flips_give_the_four_mirrored_holes():
    found = {hole.tobytes() for hole in many(Variation(flip=True))}
    mirrored = [HOLE, HOLE[::-1], HOLE[:, ::-1], HOLE[::-1, ::-1]]
    assert found == {np.ascontiguousarray(hole).tobytes() for hole in mirrored}


def test_dilation_grows_by_pixels_of_512():
    grown = varied(HOLE, Draw(0), Variation(dilation=(17.1, 17.1)))  # 2 pixels of 60
    rows, columns = np.nonzero(grown)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 15, 18, 51)
    assert grown[HOLE].all()


def test_rotation_keeps_the_area_about_and_turns_both_ways():
    turned = many(Variation(rotation=30.0))
    areas = [hole.sum() / HOLE.sum() for hole in turned]
    assert 0.85 < np.mean(areas) < 1.15
    slopes = [np.polyfit(*np.nonzero(hole)[::-1], 1)[0] for hole in turned]
    assert min(slopes) < -0.2 and max(slopes) > 0.2


def test_a_hole_is_never_all_or_nothing():
    wide = np.ones([16, 24], bool)
    wide[8, 8] = False
    np.testing.assert_array_equal(varied(wide, Draw(0), Variation(dilation=(90, 90))), wide)


def test_configurations_know_the_names():
    assert tuple(SAMPLERS) == DRAWN_BY_NUMPY


@pytest.mark.parametrize("name", ["irregular", "lama_thin"])
def test_sampler_in_a_pipeline_draws_what_it_draws_alone(name):
    sampler = MaskSampler(name, (40, 64), (20, 32), from_elsewhere=numpy_holes(SAMPLERS[name]))
    root = tf.constant([5, -7], tf.int32)
    data = tf.data.Dataset.range(3).map(lambda number: sampler(fold(root, number)))
    drawn = []
    for number, (mask, box, fault) in enumerate(data):
        assert mask.shape == (40, 64, 1) and mask.dtype == tf.float32 and box.shape == (4,)
        assert set(np.unique(mask)) == {0, 1} and fault == b""
        np.testing.assert_array_equal(sampler(fold(root, number))[0], mask)
        drawn.append(mask.numpy().tobytes())
    assert len(set(drawn)) == 3
