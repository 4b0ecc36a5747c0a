"""The updates: what they move, what they depend on, and that they compile whole."""

import numpy as np
import pytest
import tensorflow as tf
from tiny import TinyGame, tiny_batch

from inpaint_tf.training.replicas import compiled

RATE = tf.constant(1e-4)


# Any generator plays with any critics.
GAMES = {
    "v1": {},
    "v1-patch": {"critics": "patch", "adversarial": "hinge"},
    "v2": {"generator": "deepfill_v2", "critics": "patch", "adversarial": "hinge"},
}


def seed(number=0):
    return tf.constant([3, number], tf.int32)


def eagerly(update):
    return update


def play(game, form):
    return updated(game, form(game.steps.update_critic), form(game.steps.update_generator))


def updated(game, critic, generator):
    """The terms and the variables after an update of each."""
    terms = critic(tiny_batch(seed=0), seed(0), RATE)
    terms.update(generator(tiny_batch(seed=10), seed(0), RATE))
    return {name: float(value) for name, value in terms.items()}, game.values()


@pytest.fixture(scope="module", params=["v1", pytest.param("v2", marks=pytest.mark.slow)])
def options(request):
    return GAMES[request.param]


@pytest.fixture(scope="module")
def compiled_options(options):
    """Attention takes long to compile: one of the two has none."""
    return {**options, "attention": "generator" in options}


@pytest.fixture(scope="module")
def twice(compiled_options):
    """What the same compiled updates give from the same start, twice."""
    game = TinyGame(**compiled_options)
    form = compiled(None, xla=False)
    updates = form(game.steps.update_critic), form(game.steps.update_generator)
    learners = game.steps.generator, game.steps.critic
    slots = [v for learner in learners for v in learner.optimizer.named("").values()]
    variables = [*game.own.values(), *game.others.values(), *slots]
    start = [variable.numpy() for variable in variables]
    first = updated(game, *updates)
    for variable, value in zip(variables, start):
        variable.assign(value)
    return first, updated(game, *updates)


@pytest.mark.slow
def test_compiled_by_xla_is_the_same(twice, compiled_options):
    terms, values = play(TinyGame(**compiled_options), compiled(None, xla=True))
    for name, value in twice[0][0].items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-4, atol=1e-5, err_msg=name)
    # Adam's first step is the learning rate times the gradient's sign: where that is near zero, the
    # variable may go the other way.
    differences = [np.abs(values[name] - value).ravel() for name, value in twice[0][1].items()]
    assert np.mean(np.concatenate(differences) <= 2e-6) > 0.98
    assert np.concatenate(differences).max() <= 2.1e-4


def assert_same(first, second):
    assert first[0] == second[0]
    for name, value in second[1].items():
        np.testing.assert_array_equal(first[1][name], value)


def test_same_seed_same_update(options):
    assert_same(play(TinyGame(**options), eagerly), play(TinyGame(**options), eagerly))


@pytest.mark.slow
def test_same_seed_same_update_compiled(twice):
    assert_same(*twice)


def test_the_seed_places_the_penalty():
    first, second = (
        TinyGame().steps.update_critic(tiny_batch(), seed(number), RATE) for number in (0, 1)
    )
    for side in ("local", "global"):
        name = f"critic/{side}_raw_penalty"
        assert float(first[name]) != float(second[name])
        assert float(first[f"critic/{side}_critic"]) == float(second[f"critic/{side}_critic"])


@pytest.mark.parametrize("kind", GAMES)
@pytest.mark.parametrize("player", ["critic", "generator"])
def test_only_the_player_moves(player, kind):
    game = TinyGame(**GAMES[kind])
    before = game.values()
    getattr(game.steps, f"update_{player}")(tiny_batch(), seed(), RATE)
    moved = {name for name, value in game.values().items() if (value != before[name]).any()}
    # The spectral norms are estimated anew whenever a critic is asked.
    vectors = {name for name in game.others if name.endswith("kernel_sn/u")}
    assert (moved >= vectors) and (len(vectors) == 6) == ("critics" in GAMES[kind])
    moved -= vectors
    own = set(game.own if player == "generator" else game.others) - vectors
    # A linear layer's bias cancels between real and completed.
    assert moved >= {name for name in own if not name.endswith("fc/bias")}
    assert moved <= own


def test_reconstruction_needs_no_critics():
    game = TinyGame()
    alone = game.steps._replace(critics=None, critic=None)
    terms = alone.update_reconstruction(tiny_batch(), seed(), RATE)
    assert "generator/local_adversarial" not in terms
    total = sum(
        float(terms[f"generator/{name}"])
        for name in (
            "coarse_hole_l1", "coarse_known_l1", "refined_hole_l1", "refined_known_l1",
            "total_variation",
        )
    )  # fmt: skip
    np.testing.assert_allclose(total, float(terms["generator/loss"]), rtol=1e-5)


@pytest.mark.parametrize("name", ["hinge", "lsgan", "dcgan"])
def test_other_adversarial_losses(name):
    game = TinyGame(adversarial=name)
    terms = game.steps.update_critic(tiny_batch(), seed(), RATE)
    assert "critic/local_penalty" not in terms
    assert np.isfinite(float(terms["critic/loss"]))
    assert np.isfinite(
        float(game.steps.update_generator(tiny_batch(), seed(), RATE)["generator/loss"])
    )


def test_mixed_precision_keeps_losses_in_float32(options):
    single, mixed = (TinyGame(dtype=dtype, **options) for dtype in ("float32", "mixed_bfloat16"))
    for update in ("update_critic", "update_generator"):
        want, got = (
            getattr(game.steps, update)(tiny_batch(), seed(), RATE) for game in (single, mixed)
        )
        for name, value in got.items():
            assert value.dtype == tf.float32, name
            # bfloat16 has three significant digits.
            np.testing.assert_allclose(value, want[name], rtol=0.1, atol=0.02, err_msg=name)
    assert all(variable.dtype == tf.float32 for variable in mixed.own.values())


def test_clipping_bounds_the_gradient_not_its_report():
    game = TinyGame()
    clipped = game.steps._replace(generator=game.steps.generator._replace(clip_norm=1e-3))
    terms = clipped.update_generator(tiny_batch(), seed(), RATE)
    assert float(terms["generator/gradient_norm"]) > 1e-3
    means = game.steps.generator.optimizer.first_moments
    np.testing.assert_allclose(tf.linalg.global_norm(means) / 0.5, 1e-3, rtol=1e-3)
