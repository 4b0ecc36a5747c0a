"""Options for large pictures: IOPaint's and our own, down to the Inpainter."""

import numpy as np
import pytest
from extras import reason_without

pytest.importorskip("fastapi", reason=reason_without("web"))

import inpaint_tf
from inpaint_tf.inference.photo import Photo
from inpaint_tf.web.large import for_large_pictures
from inpaint_tf.web.local import Local
from inpaint_tf.web.own_options import OwnOptions
from inpaint_tf.web.task import Options


@pytest.mark.parametrize(
    "strategy, limit, size",
    [("Original", 9, "full"), ("Resize", 900, 900), ("Resize", 9, 64), ("Crop", 9, None)],
)
def test_strategies_of_iopaint_are_working_sizes(strategy, limit, size):
    assert for_large_pictures(Options(), strategy, limit).working_size == size
    assert for_large_pictures(Options(working_size=256), strategy, limit).working_size == 256


def test_own_option_becomes_a_number():
    sizes = [OwnOptions(working_size=name).options(0).working_size for name in ("auto", "512")]
    assert sizes == [None, 512]


def test_picture_is_completed_at_the_size_that_is_asked_for():
    inpainter = inpaint_tf.Inpainter(inpaint_tf.create_model("deepfill_v1", width=2))
    random = np.random.default_rng(0)
    photo = Photo(random.integers(0, 256, [80, 200, 3], dtype=np.uint8))
    hole = np.zeros([80, 200], bool)
    hole[20:50, 60:120] = True

    def completed(served, **options):
        return Local(inpainter, "tiny", served)(photo, hole, Options(**options))

    for served, asked, same in (("full", 72, 72), (72, None, 72), (72, "full", "full")):
        wanted = inpaint_tf.Inpainter(inpainter.model, working_size=same)(photo.color, hole)
        np.testing.assert_array_equal(completed(served, working_size=asked), wanted)
    assert (completed("full") != completed(72)).any()
