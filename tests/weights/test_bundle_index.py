"""Damaged and absurd checkpoints never reach TensorFlow, which would abort the process."""

import numpy as np
import pytest
import tensorflow as tf
from bundle_writer import checkpoint, entry, index_file

from inpaint_tf.errors import InputError
from inpaint_tf.weights.bundle_index import require_sound_index
from inpaint_tf.weights.load import load_model

CONV1 = "inpaint_net/conv1/kernel"


def test_shapes_are_those_that_tensorflow_reads(tmp_path):
    variables = {"a": tf.Variable(tf.zeros([2, 3])), "b": tf.Variable(5, dtype=tf.int64)}
    prefix = tf.train.Checkpoint(**variables).write(str(tmp_path / "c"))
    shapes = require_sound_index(prefix)
    want = {name: tuple(shape) for name, shape in tf.train.list_variables(prefix)}
    assert shapes == want and (2, 3) in shapes.values()
    sound = checkpoint(tmp_path, [(CONV1, (5, 10), 0, 200)])
    assert require_sound_index(sound) == {CONV1: (5, 10)}


@pytest.mark.parametrize(
    "values, words",
    [
        ((CONV1, (-5, -5), 0, 100), "has the shape"),
        ((CONV1, (2**50, 1), 0, 100), "has the shape"),
        ((CONV1, (5, 5, 5, 1024), 0, 1000), "has 1000 bytes"),
        ((CONV1, (), 0, 1000), "has 1000 bytes"),
        ((CONV1, (10, 25), 600, 1000), "outside the data files"),
        ((CONV1, (10, 25), -8, 1000), "outside the data files"),
        ((CONV1, (0, 25), 0, -8), "outside the data files"),
        ((CONV1, (), 0, 4), "not a checkpoint of DeepFill"),
    ],
)
def test_absurd_entries_are_refused(tmp_path, values, words):
    with pytest.raises(InputError, match=words):
        load_model(checkpoint(tmp_path, [values]))


@pytest.mark.parametrize("kind", [0, 28, 99, 255, 2**31 - 1])
def test_a_type_that_tensorflow_does_not_have_is_a_sentence(tmp_path, kind):
    data = bytes(200)
    path = tmp_path / "s-0.index"
    path.write_bytes(index_file([(CONV1, entry((5, 10), 0, 200, data, kind=kind))]))
    (tmp_path / "s-0.data-00000-of-00001").write_bytes(data)
    with pytest.raises(InputError, match="s-0 "):
        load_model(tmp_path / "s-0")


def test_every_cut_and_every_changed_byte_is_a_sentence_or_harmless(tmp_path):
    prefix = checkpoint(tmp_path, [(CONV1, (5, 10), 0, 200), ("x/bias", (10,), 200, 40)])
    whole = (tmp_path / "s-0.index").read_bytes()
    random = np.random.RandomState(0)
    for number in range(400):
        data = bytearray(whole)
        if number % 2:
            data = data[: random.randint(len(data))]
        else:
            data[random.randint(len(data))] = random.randint(256)
        (tmp_path / "s-0.index").write_bytes(data)
        try:
            require_sound_index(prefix)
        except InputError as error:
            assert "s-0" in str(error)
