"""Pictures of an evaluation as files."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.cases import Case
from inpaint_tf.evaluation.saved_pictures import SavedPictures


def test_a_folder_for_every_size_of_hole_and_method(tmp_path):
    random = np.random.default_rng(0)
    image, network = (random.integers(0, 256, [20, 30, 3], np.uint8) for _ in range(2))
    saved = SavedPictures(tmp_path, ["a.png", "b.jpg"])
    for rows, bucket in ((5, "20-30"), (1, "1-10")):
        hole = np.zeros([20, 30], bool)
        hole[:rows] = True
        saved.add(Case(1, "m.png", hole), image, {"network": network})
        found = {
            path.parent.name: path for path in (tmp_path / bucket).rglob("*") if path.is_file()
        }
        assert {name: path.name for name, path in found.items()} == dict.fromkeys(
            ("network", "original", "mask"), "b.png"
        )
        np.testing.assert_array_equal(Image.open(found["network"]), network)
        np.testing.assert_array_equal(Image.open(found["original"]), image)
        np.testing.assert_array_equal(np.asarray(Image.open(found["mask"])) == 255, hole)


def test_two_pictures_of_one_name_are_refused(tmp_path):
    with pytest.raises(InputError, match="two pictures are called a"):
        SavedPictures(tmp_path, ["one/a.png", "two/a.jpg"])
