"""What the signatures refuse, and files that the C API's tests do not send."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from traced_codec import decoder, hole_reader

from inpaint_tf.export import pixels as pixels_of_exports
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.pixels import MOST_WORK, Limits, too_much_work
from inpaint_tf.inference.mask_file import read_mask
from inpaint_tf.models.registry import create_model


def encoded(pixels, file_format, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, file_format, **options)
    return file.getvalue()


@pytest.mark.parametrize("name", ["serving_default", "explain"])
@pytest.mark.parametrize("shape", [(2, 37, 50, 1), (1, 37, 53, 1), (2, 1, 1, 1), (2, 53, 37, 1)])
def test_a_mask_of_another_size_is_an_error(signatures, name, shape):
    image = tf.zeros([2, 37, 53, 3], tf.uint8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="must have the same batch, height"):
        signatures[name](image=image, mask=tf.zeros(shape, tf.uint8))


@pytest.mark.parametrize("height, width", [(64, 76), (60, 64), (56, 72)])
def test_features_need_a_size_of_the_network(signatures, height, width):
    image, mask = tf.zeros([1, height, width, 3]), tf.ones([1, height, width, 1])
    with pytest.raises(tf.errors.InvalidArgumentError, match="multiples of 8 and at least 64"):
        signatures["features"](image=image, mask=mask)


def test_features_clear_the_hole(signatures, picture):
    image, mask = picture(1, 64, 72)
    mask = tf.cast(mask[..., None] >= 128, tf.float32)
    image = tf.cast(image, tf.float32) / 127.5 - 1
    got = signatures["features"](image=image, mask=mask)["refined"]
    want = signatures["features"](image=image * (1 - mask), mask=mask)["refined"]
    np.testing.assert_array_equal(got, want)
    changed = signatures["features"](image=image * mask, mask=mask)["refined"]
    assert np.abs(changed - want).max() > 1e-3


@pytest.mark.parametrize("quality", [50, 95])
def test_jpeg_is_decoded_as_by_pillow(picture, quality):
    smooth = np.asarray(Image.fromarray(picture(1, 37, 53)[0][0]).resize([200, 120], Image.BICUBIC))
    data = encoded(smooth, "JPEG", quality=quality)
    pixels, problem = decoder(Limits(10**6))(tf.constant(data))
    assert problem.numpy() == b""
    np.testing.assert_array_equal(pixels, np.asarray(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_large_pictures_are_refused_by_their_header(picture, file_format):
    data = encoded(picture(1, 37, 53)[0][0], file_format)
    assert decoder(Limits(37 * 53))(tf.constant(data))[1].numpy() == b""
    # The header is enough: nothing of the rest is there.
    for part in (data, data[: len(data) // 2]):
        pixels, problem = decoder(Limits(37 * 53 - 1))(tf.constant(part))
        assert problem.numpy() == b"has more than 1960 pixels, the most that is taken"
        assert pixels.shape[0] == 0


@pytest.mark.parametrize("file_format", ["BMP", "GIF", "TIFF"])
def test_other_formats_are_refused(picture, file_format):
    data = encoded(picture(1, 37, 53)[0][0], file_format)
    problem = decoder(Limits(10**6))(tf.constant(data))[1]
    assert problem.numpy() == b"is not a PNG or JPEG picture that can be decoded"


def masks():
    random = np.random.default_rng(0)
    grey = random.integers(0, 256, [20, 31], dtype=np.uint8)
    color = random.integers(0, 256, [20, 31, 3], dtype=np.uint8)
    white = np.full_like(color, 255)
    return {
        "grey": grey,
        "one bit": grey > 99,
        "deep": grey.astype(np.uint16) * 256 + 200,
        "colour": color,
        "transparency beside black": np.dstack([color, grey]),
        "transparency in white": np.dstack([white, grey]),
    }


@pytest.mark.parametrize("kind", masks())
def test_a_mask_file_means_what_it_means_to_the_command(tmp_path, kind):
    pixels = masks()[kind]
    path = tmp_path / "mask.png"
    path.write_bytes(encoded(pixels, "PNG"))
    want, _ = read_mask(path, pixels.shape[:2])
    found, problem = decoder(Limits(10**6), deep=True)(tf.constant(path.read_bytes()))
    assert problem.numpy() == b""
    got = hole_reader()(found)
    assert 0.2 < want.mean() < 0.8
    np.testing.assert_array_equal(got[..., 0], want)


@pytest.mark.parametrize("name", ["serving_default", "explain", "features"])
def test_an_empty_batch_gives_an_empty_batch(signatures, name):
    dtype = tf.float32 if name == "features" else tf.uint8
    image, mask = tf.zeros([0, 64, 72, 3], dtype), tf.zeros([0, 64, 72, 1], dtype)
    for key, value in signatures[name](image=image, mask=mask).items():
        assert value.shape[0] == 0, key


def test_what_is_in_the_hole_does_not_count_not_even_nan(signatures):
    image = np.random.RandomState(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 10:30, 20:50] = 1
    want = signatures["features"](image=tf.constant(image), mask=tf.constant(mask))
    image[:, 12:20, 30:40] = np.nan
    got = signatures["features"](image=tf.constant(image), mask=tf.constant(mask))
    for key in want:
        np.testing.assert_array_equal(got[key], want[key])


ARRAYS = {"pixels": tf.uint8, "explain": tf.uint8, "features": tf.float32}


@pytest.fixture(scope="module")
def narrow():
    return create_model("deepfill_v1", width=2, attention=False)


@pytest.fixture(scope="module")
def limited(narrow):
    """With two small limits, which its functions get as they are traced: that takes seconds."""
    module = InpaintingModule(narrow, 70_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixels_of_exports, "MOST_WORK", 64 * 72 * 100)
        for name in ARRAYS:
            getattr(module, name).get_concrete_function()
    return module


def call(module, name, shape, mask):
    """A signature on zeros of `shape`, with a mask of 0 and 1."""
    mask = tf.cast(mask, ARRAYS[name]) * (1 if name == "features" else 255)
    return getattr(module, name)(tf.zeros([*shape, 3], ARRAYS[name]), mask)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_picture_above_the_limit_is_an_error(limited, name):
    """By its pixels as the network sees them, where sides below 64 count as 64."""
    for height, width in [(64, 1100), (1100, 64), (1, 1100)]:
        with pytest.raises(tf.errors.InvalidArgumentError, match="more than 70000 pixels"):
            call(limited, name, [2, height, width], np.zeros([2, height, width, 1]))
    hole = np.zeros([1, 64, 72, 1])
    hole[:, 20:24, 30:40] = 1
    assert call(limited, name, [1, 64, 72], hole)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_hole_too_large_for_its_picture_is_an_error(limited, name):
    """Of any picture of a batch."""
    mask = np.zeros([2, 64, 72, 1])
    mask[:, 10:20, 30:40] = 1
    assert call(limited, name, [2, 64, 72], mask)
    mask[1, 0, 0] = 1
    with pytest.raises(tf.errors.InvalidArgumentError, match="hole is too large for so large"):
        call(limited, name, [2, 64, 72], mask)


def test_limits_are_those_that_a_server_survives(narrow):
    attending = create_model("deepfill_v1", width=2)
    whole, windows = InpaintingModule(attending), InpaintingModule(attending, detail=True)
    assert whole.whole_limits == windows.whole_limits == (2048**2, 2 * 2048**3)
    assert whole.limits == (2048**2, 2**62)  # around a hole attention takes parts of rows
    assert windows.limits == (4096**2, 2**62)
    said = InpaintingModule(attending, 5000)
    assert said.limits == (5000, 2**62) and said.whole_limits == (5000, 707106)
    plain = InpaintingModule(narrow)  # no attention takes whole rows
    assert plain.limits == plain.whole_limits == (2048**2, 2**62)


def test_a_damaged_file_of_either_kind_harms_no_other_item(narrow, picture):
    module = InpaintingModule(narrow)
    image, mask = (encoded(pixels[0], "PNG") for pixels in picture(1, 64, 72))
    (alone,) = module.encoded(tf.constant([image]), tf.constant([mask]))["completed_bytes"].numpy()
    bad = [b"", mask[:40], b"no picture", encoded(np.zeros([9000, 9000], bool), "PNG")]
    for images, masks in (([image] * 4, bad), (bad, [mask] * 4)):
        answer = module.encoded(tf.constant([*images, image]), tf.constant([*masks, mask]))
        assert answer["completed_bytes"].numpy().tolist() == [b""] * 4 + [alone]
        errors = answer["error_bytes"].numpy().tolist()
        named = b"mask_bytes" if masks is bad else b"image_bytes"
        assert [error.split()[:3] for error in errors[:4]] == [
            [b"Item", b"%d:" % number, named] for number in range(4)
        ]
        assert errors[4] == b"" and alone


@pytest.mark.parametrize("height, width", [(1024, 4096), (1, 2**20)])
def test_work_is_the_padded_picture_times_its_hole(height, width):
    image = tf.zeros([height, width, 3], tf.uint8)
    most = MOST_WORK // (max(height, 64) * width)
    hole = np.zeros([height * width], bool)
    hole[:most] = True
    hole = hole.reshape([height, width, 1])
    assert most < hole.size and not too_much_work(image, tf.constant(hole))
    hole.ravel()[most] = True
    assert too_much_work(image, tf.constant(hole))
    both = tf.stack([tf.zeros_like(hole), hole])
    assert too_much_work(tf.stack([image] * 2), both)
    assert not too_much_work(image[None][:0], both[:0])
