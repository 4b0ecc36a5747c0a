"""The Inpainter: any size, any depth, known pixels bit for bit."""

import pathlib

import cv2
import numpy as np
import pytest

import inpaint_tf
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.ops.image import masked_image
from inpaint_tf.types import Inpainting

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module", params=["symmetric", "same"])
def inpainter(request):
    return Inpainter(inpaint_tf.create_model("deepfill_v1", width=2, padding=request.param))


def picture(*shape, dtype=np.uint8, seed=0):
    top = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, top, shape, dtype, endpoint=True)


def box_hole(height, width):
    hole = np.zeros([height, width], bool)
    hole[height // 4 : height // 2, width // 3 : width // 3 * 2] = True
    return hole


class Painter:
    """Stands in for a generator: paints the hole in one colour and remembers what it was given."""

    size_multiple, smallest_size = 8, 64
    stage_names, guided = ("coarse", "refined"), False

    def __init__(self, value=0.0):
        self.value = value

    def __call__(self, image, mask, training=False):
        self.masked_image, self.mask = masked_image(image, mask).numpy(), mask.numpy()
        plain = image * 0 + self.value
        return Inpainting((plain, plain))

    def complete(self, image, mask):
        return self(image, mask).last


# --- against the original


V1, V2 = "deepfill_v1", "deepfill_v2"


@pytest.mark.parametrize(
    "model, name",
    [
        (V1, "v1_end_to_end/server_64x64_b1"),
        (V1, "v1_end_to_end/server_64x96_b1"),
        (V1, "v1_end_to_end/server_72x88_b2"),
        (V2, "v2/server_64x96_b1"),
    ],
)
def test_equals_the_original_server(golden, golden_model, model, name):
    data = golden(name)
    image, mask = np.split(data["input_concat"], 2, axis=2)
    image, hole = image[..., ::-1], mask[0, :, :, 0] > 127.5
    stages = Inpainter(golden_model("same", model)).stages(image, hole)
    where = np.broadcast_to(hole[..., None], image.shape)

    want = (data["batch_complete"][..., ::-1] + 1) * 127.5
    # The original truncates to uint8; this package rounds.
    np.testing.assert_array_equal(stages.completed[where], np.rint(want)[where])
    truncated = data["png_bgr"][..., ::-1]
    differing = (stages.completed.astype(int) - truncated)[where]
    assert set(np.unique(differing)) <= {0, 1}
    np.testing.assert_array_equal(stages.completed[~where], image[~where])


@pytest.mark.parametrize(
    "model, name", [(V1, "v1_end_to_end/server_64x96_b1"), (V2, "v2/server_64x96_b1")]
)
def test_truncation_gives_the_original_s_bytes(golden, golden_model, model, name):
    data = golden(name)
    image, mask = np.split(data["input_concat"], 2, axis=2)
    image = image[..., ::-1].astype(np.float32) / 127.5 - 1
    mask = (mask[:1, :, :, :1] > 127.5).astype(np.float32)
    refined = golden_model("same", model)(image * (1 - mask), mask).refined.numpy()
    completed = refined * mask + image * (1 - mask)
    truncated = np.clip((completed + 1) * 127.5, 0, 255).astype(np.uint8)[..., ::-1]
    differing = truncated.astype(int) - data["png_bgr"]
    assert np.abs(differing).max() <= 1
    assert (differing != 0).mean() < 0.01


def test_equals_the_original_command_line(golden_model):
    image = cv2.imread(str(GOLDEN / "v1_end_to_end/cli_input.png"))[..., ::-1]
    mask = cv2.imread(str(GOLDEN / "v1_end_to_end/cli_mask.png"))[..., 0]
    want = cv2.imread(str(GOLDEN / "v1_end_to_end/cli_output.png"))[..., ::-1]
    assert image.shape == (67, 101, 3) and want.shape == (64, 96, 3)
    # The original crops to multiples of 8; ours is asked for the same crop.
    image, mask = image[:64, :96], mask[:64, :96]
    got = Inpainter(golden_model("same"))(image, mask)
    hole = mask > 127
    differing = got.astype(int) - want
    assert set(np.unique(differing[hole])) <= {0, 1}  # rounded here, truncated there
    assert (differing[hole] == 0).mean() > 0.2
    np.testing.assert_array_equal(got[~hole], image[~hole])


# --- any size


@pytest.mark.parametrize("size", [(8, 8), (8, 100), (37, 53), (64, 64), (65, 130)])
def test_any_size_comes_back_in_its_size(inpainter, size):
    image, hole = picture(*size, 3), box_hole(*size)
    got = inpainter(image, hole)
    assert got.shape == image.shape and got.dtype == np.uint8
    np.testing.assert_array_equal(got[~hole], image[~hole])
    assert (got[hole] != image[hole]).any()


def test_padding_mirrors_picture_and_hole():
    painter, image, hole = Painter(), picture(60, 70, 3), np.zeros([60, 70], bool)
    hole[50:60, 3:9] = True
    Inpainter(painter)(image, hole)
    assert painter.mask.shape == (1, 64, 72, 1)
    np.testing.assert_array_equal(painter.mask[0, 60:, :70, 0], hole[:-5:-1])
    known = (image / 127.5 - 1) * ~hole[..., None]
    want = np.pad(known, [(0, 4), (0, 2), (0, 0)], mode="symmetric")
    np.testing.assert_allclose(painter.masked_image[0], want, atol=1e-6)


@pytest.mark.parametrize("size", [(64, 72), (128, 64)])
def test_the_network_sees_exactly_the_picture_where_it_can(size):
    painter, image, hole = Painter(), picture(*size, 3), box_hole(*size)
    Inpainter(painter)(image, hole)
    assert painter.masked_image.shape == (1, *size, 3)
    known = (image / 127.5 - 1) * ~hole[..., None]
    np.testing.assert_allclose(painter.masked_image[0], known, atol=1e-6)


# --- any depth and layout


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [(), (1,), (2,), (3,), (4,)])
def test_known_pixels_and_alpha_are_the_same_bits(inpainter, channels, dtype):
    image, hole = picture(40, 72, *channels, dtype=dtype), box_hole(40, 72)
    got = inpainter(image, hole)
    assert got.shape == image.shape and got.dtype == dtype
    np.testing.assert_array_equal(got[~hole], image[~hole])
    if channels in ((2,), (4,)):
        np.testing.assert_array_equal(got[..., -1], image[..., -1])
    assert (got[hole] != image[hole]).any()


def test_the_hole_gets_the_prediction_at_full_depth():
    image, hole = picture(64, 64, 3, dtype=np.uint16), box_hole(64, 64)
    got = Inpainter(Painter(0.3))(image, hole)
    assert (got[hole] == round(1.3 * 65535 / 2)).all()


def test_batch_with_a_mask_per_item_equals_one_by_one(inpainter):
    images = picture(2, 40, 72, 3)
    holes = np.stack([box_hole(40, 72), box_hole(40, 72)[::-1, ::-1]])
    got = inpainter(images, holes)
    for image, hole, one in zip(images, holes, got):
        alone = inpainter(image, hole).astype(int)
        assert np.abs(alone - one).max() <= 1  # another batch size, another order of summation
        np.testing.assert_array_equal(one[~hole], image[~hole])


def test_no_hole_returns_a_copy(inpainter):
    image = picture(40, 72, 3)
    got = inpainter(image, np.zeros([40, 72], bool))
    np.testing.assert_array_equal(got, image)
    assert got is not image


def test_bundled_weights_fill_a_plain_wall_with_its_color():
    wall = np.broadcast_to(np.array([150, 120, 90], np.uint8), [128, 136, 3])
    hole = box_hole(128, 136)
    filled = Inpainter.default()(wall, hole)[hole].astype(int)
    assert np.abs(filled - wall[hole]).mean() < 10  # of 255; the mean of all colours is 30 off


# --- stages


def test_stages_have_the_layout_of_the_image(inpainter):
    image, hole = picture(37, 72, 4), box_hole(37, 72)
    stages = inpainter.stages(image, hole)
    assert stages.coarse.shape == stages.refined.shape == stages.completed.shape == image.shape
    assert stages.offset_colors.shape == (37, 72, 3)
    np.testing.assert_array_equal(stages.completed, inpainter(image, hole))
    np.testing.assert_array_equal(
        stages.completed[hole], np.where(np.arange(4) == 3, image[hole], stages.refined[hole])
    )
    batch = inpainter.stages(image[None], hole)
    np.testing.assert_array_equal(batch.offset_colors[0], stages.offset_colors)


# --- feather


def test_feather_meets_the_known_pixels_and_leaves_the_middle(inpainter):
    image, hole = np.full([64, 64, 3], 200, np.uint8), np.zeros([64, 64], bool)
    hole[16:48, 16:48] = True
    got = Inpainter(Painter(-0.5))(image, hole, feather=4)[:, :, 0].astype(int)
    plain = round(0.5 * 127.5)
    column = got[16:32, 32]
    assert got[15, 32] == 200
    assert 200 > column[0] > column[1] > column[2] > column[3] > plain
    assert (column[5:] == plain).all()


def test_feather_never_uses_what_lay_under_the_hole(inpainter):
    image, hole = picture(64, 64, 3), box_hole(64, 64)
    other = image.copy()
    other[hole] = 255 - other[hole]
    np.testing.assert_array_equal(
        inpainter(image, hole, feather=5)[hole], inpainter(other, hole, feather=5)[hole]
    )
