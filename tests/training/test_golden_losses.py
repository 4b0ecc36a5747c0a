"""Losses and gradients against the original's, in all its recorded configurations."""

import numpy as np
import pytest
import tensorflow as tf
from golden_steps import GoldenSetting, in_bgr

from inpaint_tf.ops.image import composite, masked_image
from inpaint_tf.training.steps import coarse_only

NAMES = ["default", "symmetric", "pretrain_coarse", "no_discount_no_ae"]


@pytest.fixture(scope="module", params=NAMES)
def case(request, golden, snapshot):
    data = golden(f"v1_losses/{request.param}")
    setting = GoldenSetting(snapshot, data)
    generate = setting.generator
    if setting.recorded["PRETRAIN_COARSE_NETWORK"]:
        generate = coarse_only(setting.generator)

    def both(batch, alphas):
        with tf.GradientTape() as tape:
            output = generate(masked_image(batch.image, batch.mask), batch.mask)
            terms = setting.objective.generator_terms(setting.critics, batch, output)
            loss = terms.total
        gradients = tape.gradient(loss, setting.generator_variables)
        completed = composite(output.last, batch.image, batch.mask)
        with tf.GradientTape() as tape:
            critic_terms = setting.objective.critic_terms(setting.critics, batch, completed, alphas)
            critic_loss = critic_terms.total
        critic_gradients = tape.gradient(critic_loss, setting.critic_variables)
        return terms.watching, loss, gradients, critic_terms, critic_loss, critic_gradients

    # One of them as a graph, whose tracing takes three times what it computes.
    run = tf.function(both) if request.param == "default" else both
    return data, setting, run(setting.batch, setting.alphas)


def test_generator_losses(case):
    data, setting, (terms, loss, *_) = case
    np.testing.assert_allclose(loss, data["g_loss"], rtol=1e-5)
    coarse = setting.recorded["COARSE_L1_ALPHA"]
    for ours, theirs in (("hole_l1", "l1_loss"), ("known_l1", "ae_loss")):
        if f"raw_coarse_{ours}" in terms:
            value = coarse * terms[f"raw_coarse_{ours}"] + terms.get(f"raw_refined_{ours}", 0.0)
            np.testing.assert_allclose(value, data[theirs], rtol=1e-5)
    for side in ("local", "global"):
        name = f"raw_{side}_adversarial"
        assert (name in terms) != setting.recorded["PRETRAIN_COARSE_NETWORK"]
        if name in terms:
            np.testing.assert_allclose(terms[name], data[f"g_loss_{side}"], atol=1e-5)


def test_critic_losses(case):
    data, _, (_, _, _, terms, loss, _) = case
    np.testing.assert_allclose(loss, data["d_loss"], rtol=1e-5)
    for side in ("local", "global"):
        np.testing.assert_allclose(
            terms.losses[f"{side}_critic"], data[f"d_loss_{side}"], atol=1e-5
        )
        watched = terms.watching
        np.testing.assert_allclose(
            watched[f"{side}_raw_penalty"], data[f"penalty_{side}"], rtol=1e-5
        )
        for ours, theirs in (("real", "pos"), ("fake", "neg")):
            np.testing.assert_allclose(
                watched[f"{side}_{ours}_score"], data[f"score_{theirs}_{side}"].mean(), atol=1e-5
            )


@pytest.mark.parametrize("player, place", [("g", 2), ("d", 5)])
def test_gradients(case, player, place):
    data, _, results = case
    gradients = results[place]
    without = set(data["grad_g_none"]) if player == "g" else set()
    names = data[f"grad_{player}_names"]
    assert set(names) == set(gradients)
    for name, length in zip(names, data[f"grad_{player}_l2"]):
        if gradients[name] is None:
            assert name in without
            continue
        assert name not in without
        # The biases of the linear layers have a gradient of exactly zero; ours rounds.
        np.testing.assert_allclose(tf.norm(gradients[name]), length, rtol=1e-3, atol=1e-6)
        recorded = data.get(f"grad_{player}__{name.replace('/', '__')}")
        if recorded is not None:
            ours = in_bgr(name, gradients[name])
            np.testing.assert_allclose(ours, recorded, atol=1e-3 * np.abs(recorded).max() + 1e-6)
