"""What servers and clients exchange with random damage: a sentence, and nobody else is harmed."""

import io

import keras
import numpy as np
import pytest
import tensorflow as tf
from fuzz.damage import cases
from fuzz.uploads import files, hole
from made_files import encoded, noise

import inpaint_tf
from inpaint_tf.errors import InputError
from inpaint_tf.export.messages import read_predict_response, tensor
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.upload import put_back
from inpaint_tf.inference.photo import Photo, join, photo_of

pytestmark = pytest.mark.slow
MOST_PIXELS = 2**16


def test_encoded_pictures():
    """A damaged item harms no other item of its batch, and keeps the pixels that it knows."""
    keras.utils.set_random_seed(0)
    module = InpaintingModule(
        inpaint_tf.create_model("deepfill_v1", width=2, attention=False), MOST_PIXELS
    )
    good, mask = encoded("PNG", noise(seed=1)), encoded("PNG", hole())
    alone = module.encoded(tf.constant([good]), tf.constant([mask]))["completed_bytes"][0].numpy()
    for number, data in enumerate(cases([*files(), mask])):
        given = ([data, good], [mask, mask]) if number % 3 else ([good, good], [data, mask])
        answer = module.encoded(*map(tf.constant, given))
        completed, errors = (answer[name].numpy() for name in ("completed_bytes", "error_bytes"))
        assert completed[1] == alone and errors[1] == b""
        assert bool(completed[0]) != bool(errors[0])
        assert not errors[0] or (errors[0].startswith(b"Item 0") and errors[0].endswith(b"."))
        if completed[0] and number % 3:
            assert photo_of(io.BytesIO(completed[0]), "x").color.shape[:2] == hole().shape
        elif completed[0]:
            assert join(photo_of(io.BytesIO(completed[0]), "x")).shape == noise().shape


def test_answers_to_the_client():
    """Whatever a server says, known pixels stay, or a sentence is said."""
    picture, where = Photo(noise()), hole() > 0
    good = noise(seed=1)
    message = tensor([encoded("PNG", good)])
    entry = b"\x0a\x01c\x12" + bytes([len(message) & 127 | 128, len(message) >> 7]) + message
    answer = b"\x0a" + bytes([len(entry) & 127 | 128, len(entry) >> 7]) + entry
    assert list(read_predict_response(answer)) == ["c"]
    for data in cases([answer, encoded("PNG", good), encoded("PNG", noise(4))]):
        try:
            outputs = read_predict_response(data)
        except (ValueError, LookupError, OverflowError, TypeError):
            outputs = {}
        for value in [data, *(v for values in outputs.values() for v in values)]:
            try:
                back = put_back(picture, where, bytes(value), "the server")
            except InputError as error:
                assert "\n" not in str(error)
                continue
            np.testing.assert_array_equal(back.color[~where], noise()[~where])
            assert back.color.dtype == np.uint8
