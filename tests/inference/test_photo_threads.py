"""Threads read pictures at the same time, and nothing of the process is changed meanwhile."""

import concurrent.futures
import os

import cv2
import numpy as np
import tifffile
from made_files import encoded, noise
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import join, read_photo


def files(folder):
    """Paths of pictures of every kind and what they hold; None for one that is damaged."""
    deep = noise(3, np.uint16)
    (folder / "a.png").write_bytes(encoded("PNG", noise()))
    (folder / "a.bmp").write_bytes(encoded("BMP", noise()))
    (folder / "a.webp").write_bytes(encoded("WEBP", noise(), lossless=True))
    (folder / "a.tif").write_bytes(encoded("TIFF", noise()))
    cv2.imwrite(str(folder / "deep.png"), deep[..., ::-1])
    tifffile.imwrite(folder / "deep.tif", deep, photometric="rgb", compression="lzw")
    (folder / "cut.png").write_bytes(encoded("PNG", noise())[:200])
    (folder / "cut.tif").write_bytes((folder / "deep.tif").read_bytes()[:200])
    shallow = dict.fromkeys(["a.png", "a.bmp", "a.webp", "a.tif"], noise())
    return {**shallow, "deep.png": deep, "deep.tif": deep, "cut.png": None, "cut.tif": None}


def test_eight_threads_read_and_leave_the_process_alone(tmp_path, capfd):
    wanted = files(tmp_path)
    limit, place = Image.MAX_IMAGE_PIXELS, os.fstat(2)

    def read(name):
        try:
            return join(read_photo(tmp_path / name))
        except InputError:
            return None

    jobs = list(wanted) * 25
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for name, got in zip(jobs, pool.map(read, jobs)):
            np.testing.assert_array_equal(got, wanted[name], err_msg=name)
    assert limit == Image.MAX_IMAGE_PIXELS
    after = os.fstat(2)
    assert (after.st_dev, after.st_ino) == (place.st_dev, place.st_ino)
    os.write(2, b"still heard")
    assert capfd.readouterr().err == "still heard"
