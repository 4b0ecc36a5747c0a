"""What the losses judge: the last stage is completed once for all of them."""

import numpy as np
import tensorflow as tf
from tiny import tiny_batch

from inpaint_tf.ops.image import composite
from inpaint_tf.training import outcome
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.types import Inpainting


def test_the_last_stage_is_completed():
    batch = tiny_batch()
    first, last = (tf.fill(batch.image.shape, value) for value in (2.0, 3.0))
    made = outcome.outcome_of(batch, Inpainting((first, last)))
    assert made.last is last and made.stages == (first, last)
    np.testing.assert_array_equal(made.completed, np.where(batch.mask == 1, 3.0, batch.image))


def test_all_terms_judge_one_completed_picture(monkeypatch):
    calls, batch = [], tiny_batch()
    monkeypatch.setattr(outcome, "composite", lambda *args: calls.append(1) or composite(*args))
    weights = {"total_variation": 1.0, "picture_total_variation": 1.0, "refined_l1": 1.0}
    objective = Objective(make_terms(weights, Setting((32, 24))), weights)
    losses = objective.generator_terms((), batch, Inpainting((batch.image, -batch.image))).losses
    assert len(calls) == 1 and set(losses) == set(weights)
    assert all(float(value) > 0 for value in losses.values())
