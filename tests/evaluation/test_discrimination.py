"""P-IDS and U-IDS of features whose answer is known."""

import sys

import numpy as np
import pytest
from extras import reason_without

from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.discrimination import (
    paired_discrimination,
    require_scikit_learn,
    unpaired_discrimination,
)


@pytest.fixture
def learn():
    pytest.importorskip("sklearn", reason=reason_without("metrics"))


def column(*values):
    return np.array(values, np.float32)[:, None]


def test_sets_that_a_line_tells_apart(learn):
    real, made = column(*[2, 3, 4, 5]), column(*[-2, -1, -3, -2])
    assert unpaired_discrimination(real, made) == 0
    assert paired_discrimination(real, made) == 0


def test_a_fifth_looks_more_real_than_the_originals(learn):
    real, made = np.full([10, 1], 1.0), column(*[-1] * 8, 3, 3)
    assert paired_discrimination(real, made) == pytest.approx(20)
    assert unpaired_discrimination(real, made) == pytest.approx(10)  # 2 of 20 on the wrong side


def test_pairs_count_not_sets(learn):
    """Every completion is beaten by its own original, though not by those of others."""
    real, made = column(0, 1, 2, 3, 4, 5), column(-0.5, 0.5, 1.5, 2.5, 3.5, 4.5)
    assert paired_discrimination(real, made) == 0
    assert paired_discrimination(real, made[::-1]) == pytest.approx(50)
    assert unpaired_discrimination(real, made) > 20


def test_equal_sets_cannot_be_told_apart(learn):
    real = np.random.default_rng(0).normal(size=[20, 3])
    assert unpaired_discrimination(real, real) == pytest.approx(50)
    assert paired_discrimination(real, real) == 0  # none looks more real than itself


def test_missing_package_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(InputError, match=r"scikit-learn.*inpaint_tf\[metrics\]"):
        require_scikit_learn()
