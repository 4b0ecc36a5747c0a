"""CMYK pictures are converted by their own profile, not by the plain rule."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from inpaint_tf.data.decode import whole_picture
from inpaint_tf.inference.photo import read_photo


def cmyk_profile():
    """An ICC profile for which cyan is a grey, black is black, and the other inks are nothing.

    Header and four tags by hand (ICC.1:2001-04), since no library at hand writes CMYK profiles.
    The table has the 16 corners of the four inks, cyan varying slowest and black fastest, as
    bytes of L, a, b: L = 60 for cyan, 0 for black, 100 without both.
    """
    lightness = [0 if corner & 1 else 153 if corner & 8 else 255 for corner in range(16)]
    corners = b"".join(bytes([level, 128, 128]) for level in lightness)
    line = bytes(range(256))
    identity = b"".join(struct.pack(">i", 65536 * (n % 4 == 0)) for n in range(9))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + 4 * line + corners + 3 * line

    def description(text):
        text = text + b"\0"
        return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)

    def xyz(*values):
        return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    white = (0.9642, 1.0, 0.8249)
    tags = {
        b"desc": description(b"grey inks"),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": xyz(*white),
        b"A2B0": table,
    }
    start, entries, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        entries += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(24) + bytes(4)
    header += b"".join(struct.pack(">i", round(v * 65536)) for v in white)
    header += bytes(128 - len(header))
    return header + struct.pack(">I", len(tags)) + entries + body


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_the_profile_decides(tmp_path, suffix):
    profile = cmyk_profile()
    assert ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space == "CMYK"
    inks = np.zeros([16, 24, 4], np.uint8)
    inks[:, :8, 0] = 255  # cyan, which this profile takes for grey
    inks[:, 16:, 3] = 255  # black
    picture = Image.fromarray(inks, "CMYK")
    picture.save(tmp_path / f"with.{suffix}", icc_profile=profile, quality=100)
    picture.save(tmp_path / f"without.{suffix}", quality=100)

    photo = read_photo(tmp_path / f"with.{suffix}")
    assert photo.icc_profile is None and "CMYK" in photo.notices[0]
    assert np.ptp(photo.color.astype(int), axis=-1).max() <= 3  # no colour anywhere
    levels = photo.color[8, [3, 12, 21], 1].astype(int)
    # L = 60 is 145 of 255 in sRGB.
    np.testing.assert_allclose(levels, [145, 255, 0], atol=6)

    # Training and evaluation see what test.py sees.
    np.testing.assert_array_equal(whole_picture(tmp_path / f"with.{suffix}"), photo.color)

    plain = read_photo(tmp_path / f"without.{suffix}").color
    np.testing.assert_array_equal(whole_picture(tmp_path / f"without.{suffix}"), plain)
    assert plain[8, 3, 0] <= 2 and plain[8, 3, 1] >= 253 and (plain[8, 21] <= 2).all()
