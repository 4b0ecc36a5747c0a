"""What weights may be called by."""

import pytest

from inpaint_tf.errors import InputError
from inpaint_tf.weights.bundled import bundled_weights
from inpaint_tf.weights.paths import weights_path


def test_the_word_bundled_is_the_package_s_file(tmp_path, monkeypatch):
    assert weights_path("bundled") == bundled_weights()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bundled").write_text("")
    assert weights_path("bundled") == bundled_weights()
    assert weights_path("./bundled") == "./bundled"


def test_prefix_of_a_checkpoint_is_a_path(tmp_path):
    (tmp_path / "snap-0.index").write_text("")
    assert weights_path(str(tmp_path / "snap-0")) == str(tmp_path / "snap-0")


def test_what_is_not_there_is_a_sentence():
    with pytest.raises(
        InputError, match=r"--init_weights none does not exist; expected .* bundled"
    ):
        weights_path("none", "--init_weights")
    assert weights_path("none", words=["none"]) == "none"
