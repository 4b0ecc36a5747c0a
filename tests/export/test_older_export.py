"""An export made under TensorFlow 2.15.1, loaded by whichever TensorFlow runs the tests."""

import lzma
import pathlib
import tarfile

import numpy as np
import pytest
import tensorflow as tf

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def explain(tmp_path_factory):
    directory = tmp_path_factory.mktemp("older")
    packed = GOLDEN / "export_2_15_1.tar.xz"
    with lzma.open(packed) as file, tarfile.open(fileobj=file) as archive:
        for member in archive:
            path = directory / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())
    return tf.saved_model.load(str(directory / "1")).signatures["explain"]


def test_an_export_of_2_15_1_gives_its_pixels(explain, golden):
    recorded = golden("export_2_15_1")
    got = explain(image=tf.constant(recorded["image"]), mask=tf.constant(recorded["mask"]))
    completed, want = got["completed"].numpy().astype(int), recorded["completed"]
    known = np.broadcast_to(recorded["mask"] < 128, want.shape)
    np.testing.assert_array_equal(completed[known], recorded["image"][known])
    # Other releases and other processors add up in another order, which moves a pixel here and
    # there to the next level.
    assert np.abs(completed - want).max() <= 1
    assert (completed != want).mean() < 1e-3
    assert (got["offsets"].numpy() == recorded["offsets"]).mean() > 0.99
