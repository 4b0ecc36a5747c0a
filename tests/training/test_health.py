"""The verdict in words, and the guard against what is no number."""

import math

import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.training.guard import require_finite
from inpaint_tf.training.health import verdict

GOOD = {"psnr": 22.0, "l1": 10.0, "contrast": 30.0}
TELEA = {"psnr": 20.42}


def record(score=5.0, penalty=0.1, l1=0.3):
    return {
        "critic/loss": 1.0,
        "generator/loss": 1.0,
        "generator/raw_refined_hole_l1": l1,
        **{f"critic/{side}_{kind}_score": score for side in ("local", "global")
           for kind in ("real", "fake")},
        **{f"critic/{side}_raw_penalty": penalty for side in ("local", "global")},
    }  # fmt: skip


def falling(count=300, **options):
    return [record(l1=0.3 - 0.0005 * n, **options) for n in range(count)]


def test_a_good_run_is_healthy():
    sentences = verdict(GOOD, TELEA, 40.0, falling(), 5000)
    assert len(sentences) == 1
    assert sentences[0].startswith("healthy: PSNR 22.00 dB is 1.58 dB above OpenCV's Telea")


@pytest.mark.parametrize(
    "scores, history, words",
    [
        ({**GOOD, "contrast": 1.0}, falling(), "collapsed output"),
        (GOOD, falling(score=1e5), "exploding critic: the local critic's scores"),
        (GOOD, falling(penalty=3.0), "penalty far from target: the global critic's"),
        (GOOD, [record()] * 300, "loss flat: l1 0.3000 -> 0.3000"),
    ],
)
def test_what_is_wrong_is_said(scores, history, words):
    sentences = verdict(scores, TELEA, 40.0, history, 5000)
    assert sentences[0].startswith("warning")
    assert words in " ".join(sentences[1:])


def test_worse_than_telea():
    sentences = verdict({**GOOD, "psnr": 19.0}, TELEA, 40.0, falling(), 5000)
    assert sentences[0].startswith("not yet: PSNR 19.00 dB is 1.42 dB below")
    assert "not worth having" in sentences[0]


def test_too_early_to_judge():
    early = [record(penalty=5.0)] * 20
    assert len(verdict(GOOD, TELEA, 40.0, early, 20)) == 1
    assert len(verdict(GOOD, TELEA, 40.0, [], 20)) == 1


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_the_first_non_finite_term_is_named(bad):
    terms = {"critic/loss": 1.0, "critic/local_penalty": bad, "generator/loss": math.nan}
    with pytest.raises(InputError, match=r"critic/local_penalty became \w+ at step 12"):
        require_finite({name: tf.constant(value) for name, value in terms.items()}, 12)
    assert require_finite({"a": tf.constant(2.0)}, 1) == {"a": 2.0}


def said(scores=GOOD, history=None, step=5000, truth=40.0):
    sentences = verdict(scores, TELEA, truth, falling() if history is None else history, step)
    assert len(sentences) <= 3  # of one kind, for either critic
    return sentences[0].split(":")[0], sentences[1].split(":")[0] if sentences[1:] else None


@pytest.mark.parametrize(
    "below, above, words",
    [
        ({"scores": {**GOOD, "contrast": 4.01}}, {"scores": {**GOOD, "contrast": 3.99}},
         "collapsed output"),
        ({"history": [record(penalty=0.99)] * 20}, {"history": [record(penalty=1.01)] * 20},
         "penalty far from target"),
        ({"history": [record(penalty=1.01)] * 20, "step": 499},
         {"history": [record(penalty=1.01)] * 20, "step": 500}, "penalty far from target"),
        ({"history": [record()] * 199}, {"history": [record()] * 200}, "loss flat"),
        ({"history": [record(l1=0.3)] * 150 + [record(l1=0.3 * (1 - 0.0021))] * 150},
         {"history": [record(l1=0.3)] * 150 + [record(l1=0.3 * (1 - 0.0019))] * 150}, "loss flat"),
        ({"history": [record(l1=0.3)] * 150 + [record(l1=0.3 * (1 + 0.0021))] * 150},
         {"history": [record(l1=0.3)] * 150 + [record(l1=0.3 * (1 + 0.0019))] * 150}, "loss flat"),
    ],
)  # fmt: skip
def test_where_a_warning_begins(below, above, words):
    kinds = [said(**{"step": 5000, **options}) for options in (below, above)]
    heads, warnings = zip(*kinds)
    assert heads == ("healthy", "warning") and warnings[0] is None and words in warnings[1]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kind", ["real", "fake"])
@pytest.mark.parametrize("side", ["local", "global"])
def test_either_score_of_either_critic_may_explode(side, kind, sign):
    def history(score):
        return [{**record(), f"critic/{side}_{kind}_score": sign * score}] * 20

    assert said(history=history(0.99e4)) == ("healthy", None)
    head, warning = said(history=history(1.01e4))
    assert (head, warning) == ("warning", "exploding critic")
    assert side in verdict(GOOD, TELEA, 40.0, history(1.01e4), 5000)[1]


def test_critics_are_judged_by_their_last_twenty_records():
    old, new = [record(score=1e6)], [record()]
    assert said(history=old * 30 + new * 20) == ("healthy", None)
    assert said(history=old * 30 + new * 19)[1] == "exploding critic"


def test_no_better_than_telea_is_not_yet_healthy():
    assert said({**GOOD, "psnr": TELEA["psnr"]})[0] == "not yet"
    assert said({**GOOD, "psnr": TELEA["psnr"] + 0.01})[0] == "healthy"


@pytest.mark.parametrize(
    "options",
    [
        {"scores": {**GOOD, "contrast": 4.0}, "truth": 40.0},
        {"history": [record(score=1e4)] * 20},
        {"history": [record(penalty=1.0)] * 20},
        {"history": [record(l1=1000.0)] * 100 + [record(l1=998.0)] * 100},
    ],
)
def test_at_the_limit_itself_nothing_is_said(options):
    assert said(**options) == ("healthy", None)


def test_as_good_as_telea_is_worth_nothing_yet():
    (sentence,) = verdict({**GOOD, "psnr": TELEA["psnr"]}, TELEA, 40.0, falling(), 5000)
    assert "is 0.00 dB below OpenCV's Telea" in sentence and "not worth having yet" in sentence


def test_flat_is_the_distance_of_pictures_alone():
    """Other terms may move, and records of the critics alone do not count."""
    others = [
        {**record(), "generator/raw_total_variation": 9.0 / (1 + n), "critic/gap_l1": float(n)}
        for n in range(200)
    ]
    sentences = verdict(GOOD, TELEA, 40.0, others, 5000)
    assert sentences[1:] == ["loss flat: l1 0.3000 -> 0.3000 over the last 200 records."]
    without = {name: value for name, value in record().items() if name != "generator/loss"}
    assert said(history=others[:199] + [without] * 50) == ("healthy", None)


def test_several_distances_of_pictures_are_added_up():
    history = [{**record(), "generator/raw_coarse_known_l1": 0.5}] * 200
    assert "l1 0.8000 -> 0.8000" in verdict(GOOD, TELEA, 40.0, history, 5000)[1]


def test_critics_without_penalty_and_steps_without_critics():
    scores = {name: value for name, value in record().items() if "penalty" not in name}
    assert said(history=[scores] * 20) == ("healthy", None)
    alone = {"generator/loss": 1.0}
    assert said(history=[record(score=1e6)] + [alone] * 30) == ("healthy", None)
    assert said(history=[record(score=1e6)] + [alone] * 19)[1] == "exploding critic"


def test_scores_are_the_mean_of_the_last_records():
    history = [record(score=4e4)] + [record(score=0.0)] * 3
    assert said(history=history) == ("healthy", None)  # 1e4
    sentences = verdict(GOOD, TELEA, 40.0, [record(score=4.4e4), *history[1:]], 5000)
    assert sentences[1] == "exploding critic: the local critic's scores are around 11000."


def test_a_little_is_enough():
    (sentence,) = verdict({**GOOD, "psnr": 20.92}, TELEA, 40.0, falling(), 5000)
    assert sentence == "healthy: PSNR 20.92 dB is 0.50 dB above OpenCV's Telea (20.42 dB)."
    (sentence,) = verdict({**GOOD, "psnr": 19.92}, TELEA, 40.0, falling(), 5000)
    assert sentence == (
        "not yet: PSNR 19.92 dB is 0.50 dB below OpenCV's Telea (20.42 dB): the network is not "
        "worth having yet."
    )
    assert said(history=[record(score=1e4 + 0.5)] * 20)[1] == "exploding critic"


def test_warnings_as_they_are_read():
    collapsed = verdict({**GOOD, "contrast": 1.0}, TELEA, 40.0, falling(), 5000)[1]
    assert collapsed == (
        "collapsed output: the holes are filled with almost one colour (contrast 1.0 of 40.0 in "
        "the originals)."
    )
    steep = verdict(GOOD, TELEA, 40.0, falling(penalty=3.0), 5000)[2]
    assert steep == (
        "penalty far from target: the global critic's slope is not near 1 (penalty 3.00, expected "
        "below 1)."
    )


def test_the_critics_are_those_of_the_last_record():
    before = {**record(), "critic/old_real_score": 0.0, "critic/old_fake_score": 0.0}
    assert said(history=[before] + [record()] * 9) == ("healthy", None)
