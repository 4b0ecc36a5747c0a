"""BMP files: channels that share 16 or 32 bits, transparency, and the colour profile."""

import numpy as np
import pytest
from made_files import HEIGHT, WIDTH, bmp, encoded, noise

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import join, read_photo

KINDS = {  # bits of red, green, blue and transparency from the lowest on, as (place, count)
    "555": [(10, 5), (5, 5), (0, 5)],
    "565": [(11, 5), (5, 6), (0, 5)],
    "444": [(8, 4), (4, 4), (0, 4)],
    "4444": [(8, 4), (4, 4), (0, 4), (12, 4)],
    "1555": [(10, 5), (5, 5), (0, 5), (15, 1)],
    "8888": [(0, 8), (8, 8), (16, 8), (24, 8)],
}


def made(kind, seed=0):
    """Pixels as whole numbers, their masks, and the channels that they hold."""
    places, random = KINDS[kind], np.random.RandomState(seed)
    levels = [random.randint(0, 2**count, [HEIGHT, WIDTH]) for _, count in places]
    pixels = sum(level << place for level, (place, _) in zip(levels, places))
    masks = [(2**count - 1) << place for place, count in places]
    spread = [
        np.floor(level * 255 / (2**count - 1) + 0.5) for level, (_, count) in zip(levels, places)
    ]
    return pixels, masks, np.stack(spread, -1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("header", [40, 108, 124])
def test_every_layout_of_bits(tmp_path, kind, header):
    pixels, masks, want = made(kind)
    alpha = len(masks) == 4
    compression = 6 if alpha and header == 40 else 3
    bits = 32 if kind == "8888" else 16
    data = bmp(pixels, bits, masks, compression, header, top_down=header == 108)
    (tmp_path / "a.bmp").write_bytes(data)
    got = read_photo(tmp_path / "a.bmp")
    np.testing.assert_array_equal(join(got), want)
    assert join(got).dtype == np.uint8 and got.notices == ()
    np.testing.assert_allclose(got.dpi, [100, 200], atol=0.01)


def test_without_masks_16_bits_are_three_times_five(tmp_path):
    pixels, _, want = made("555")
    (tmp_path / "a.bmp").write_bytes(bmp(pixels, 16, compression=0))
    np.testing.assert_array_equal(join(read_photo(tmp_path / "a.bmp")), want)


@pytest.mark.parametrize("fourth", [0, 255, None])
def test_a_fourth_byte_is_transparency_if_it_is_used(tmp_path, fourth):
    """As other programs read and write it, although the format calls it unused."""
    pixels = noise(4)
    if fourth is not None:
        pixels[..., 3] = fourth
    blue_first = pixels[..., [2, 1, 0, 3]].copy().view("<u4")[..., 0]
    (tmp_path / "a.bmp").write_bytes(bmp(blue_first, 32, compression=0))
    got = read_photo(tmp_path / "a.bmp")
    want = pixels if fourth is None else pixels[..., :3]
    np.testing.assert_array_equal(join(got), want)
    assert ("without a name is taken as its transparency" in " ".join(got.notices)) == (
        fourth is None
    )


def test_the_profile_is_kept(tmp_path):
    pixels, masks, _ = made("565")
    data = bmp(pixels, 16, masks, header=124, profile=b"a profile")
    (tmp_path / "a.bmp").write_bytes(data)
    assert read_photo(tmp_path / "a.bmp").icc_profile == b"a profile"
    (tmp_path / "a.bmp").write_bytes(data[:-1])  # it ends before the profile does
    assert read_photo(tmp_path / "a.bmp").icc_profile is None
    (tmp_path / "a.bmp").write_bytes(encoded("BMP", noise()))
    assert read_photo(tmp_path / "a.bmp").icc_profile is None


def test_what_cannot_be_read_is_one_sentence(tmp_path):
    pixels, masks, _ = made("565")
    path = tmp_path / "a.bmp"
    for masks_there, words in [
        ([0xF800, 0x5E0, 0x1F], "packed in an unusual way"),  # not in a row
        ([0, 0x7E0, 0x1F], "packed in an unusual way"),
        ([0x3FF00000, 0xFFC00, 0x3FF], "packed in an unusual way; expected 1 to 8 bits"),
    ]:
        path.write_bytes(bmp(pixels, 32, masks_there))
        with pytest.raises(InputError, match=words):
            read_photo(path)
    path.write_bytes(bmp(pixels, 16, masks)[:-5])
    with pytest.raises(InputError, match="a.bmp is cut short: some of its pixels"):
        read_photo(path)
    path.write_bytes(bmp(pixels, 16, masks))
    with pytest.raises(InputError, match="a.bmp has 22x13 pixels, more than the 200"):
        read_photo(path, max_pixels=200)
