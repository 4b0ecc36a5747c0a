"""Holes drawn without TensorFlow: their shares, places and shapes, and the same ones each time."""

import hashlib

import numpy as np
import pytest

from inpaint_tf.masks.draw import Draw
from inpaint_tf.masks.irregular import MARGIN, sample_irregular, touches_border
from inpaint_tf.masks.lama import SETS
from inpaint_tf.masks.samplers import SAMPLERS, sample_hole


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("size", [(64, 96), (80, 72)])
def test_same_seed_same_hole_and_other_seed_other_hole(name, size):
    hole = sample_hole(name, 3, 5, size)
    assert hole.shape == size and hole.dtype == bool
    assert 0 < hole.mean() < 0.9
    np.testing.assert_array_equal(hole, sample_hole(name, 3, 5, size))
    assert (hole != sample_hole(name, 3, 6, size)).any()
    assert (hole != sample_hole(name, 4, 5, size)).any()


def test_numbers_are_the_same_on_every_machine():
    draw = Draw(1, 2)
    numbers = [draw.unit(), draw.between(-1, 3), draw.integer(4, 9), *draw.units(2)]
    digest = hashlib.sha256(repr([round(float(n), 12) for n in numbers]).encode()).hexdigest()
    assert digest[:16] == "7daf6560f942dd3a"
    many = [draw.integer(2, 4) for _ in range(300)]
    assert sorted(set(many)) == [2, 3, 4]


@pytest.mark.parametrize("border", ["touching", "apart"])
@pytest.mark.parametrize("shares", [(0.01, 0.1), (0.2, 0.3), (0.5, 0.6)])
def test_irregular_holes_have_the_share_and_the_place_asked_for(border, shares):
    for number in range(6):
        hole = sample_irregular(Draw(0, number), (96, 128), shares, border)
        assert shares[0] < hole.mean() <= shares[1]
        assert touches_border(hole) == (border == "touching")
        if border == "apart":
            rows, columns = np.nonzero(hole)
            assert min(rows.min(), 95 - rows.max()) >= 96 * MARGIN - 1e-9
            assert min(columns.min(), 127 - columns.max()) >= 128 * MARGIN - 1e-9


def test_irregular_shares_are_spread():
    shares = [sample_hole("irregular", 0, number, (64, 64)).mean() for number in range(60)]
    assert min(shares) < 0.1 and max(shares) > 0.5
    assert 0.2 < np.mean(shares) < 0.42


def test_a_pixel_short_of_the_margin_touches():
    hole = np.zeros([512, 1024], bool)
    hole[50:462, 100:924] = True
    assert not touches_border(hole)
    hole[49, 500] = True
    assert touches_border(hole)
    assert touches_border(np.pad(hole, 0)[:, ::-1])


def test_lama_holes_differ_as_their_names_say():
    means, widths = {}, {}
    for kind in ("thin", "medium", "thick"):
        holes = [sample_hole(f"lama_{kind}", 0, number, (256, 256)) for number in range(40)]
        means[kind] = np.mean([hole.mean() for hole in holes])
        assert max(hole.mean() for hole in holes) <= 0.5
        widths[kind] = np.mean([_thickness(hole) for hole in holes])
    assert widths["thin"] < 0.5 * widths["medium"] < 0.5 * widths["thick"]
    assert all(0.1 < mean < 0.35 for mean in means.values())
    assert set(SETS) == {(kind, side) for kind in means for side in (256, 512)}


def _thickness(hole):
    """Pixels over half of the border's length: the width of a long stroke."""
    edges = (hole[1:] != hole[:-1]).sum() + (hole[:, 1:] != hole[:, :-1]).sum()
    return 2 * hole.sum() / edges


def test_free_form_holes_take_the_share_of_the_benchmark():
    shares = [sample_hole("mmagic_free_form", 0, n, (256, 256)).mean() for n in range(30)]
    assert min(shares) >= 0.15 and max(shares) <= 0.65
