"""Which weights a new run may start from."""

import pytest

from inpaint_tf.assembly import initial
from inpaint_tf.config.load import load_config
from inpaint_tf.errors import InputError
from inpaint_tf.weights.archive import Weights


def start(monkeypatch, file_has, option):
    weights = Weights("deepfill_v1", {"attention": file_has, "fill": "zeros"}, {}, {}, {})
    monkeypatch.setattr(initial, "read_weights", lambda path: weights)
    config = load_config("quick.yml", ["data.train=photos", f"network.options.attention={option}"])
    return initial.initial_weights("runs/a", config) is weights


@pytest.mark.parametrize(
    ("file_has", "option"),
    [(True, "true"), (True, "contextual"), (False, "false"), (False, "none"), ("flow", "flow")],
)
def test_an_attention_is_the_same_however_it_is_spelled(monkeypatch, file_has, option):
    assert start(monkeypatch, file_has, option)


@pytest.mark.parametrize(
    ("file_has", "option"), [(True, "none"), (False, "contextual"), (True, "flow")]
)
def test_another_attention_is_refused_and_the_message_says_what_fits(monkeypatch, file_has, option):
    with pytest.raises(InputError) as error:
        start(monkeypatch, file_has, option)
    fix = str(error.value).split("--set ")[1].split(" ")[0]
    assert fix == f"network.options.attention={file_has}"
    assert start(monkeypatch, file_has, fix.split("=")[1])
