"""Which picture meets which hole, and how scores are summed up."""

import hashlib
import os

import numpy as np
import pytest
from evaluate_files import HEIGHT, WIDTH, save, save_mask

from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.cases import Case, cases_sha256, folder_cases
from inpaint_tf.evaluation.hashes import sha256_of_hole
from inpaint_tf.evaluation.measure import Scores
from inpaint_tf.evaluation.metrics import METRICS, Metric
from inpaint_tf.evaluation.pictures import Pictures
from inpaint_tf.evaluation.pixel import l1_percent, tv_percent

SIZE = (HEIGHT, WIDTH)


@pytest.fixture
def masks(tmp_path, monkeypatch):
    """A working directory with masks of a half, of quarters in the middle, and at the border."""
    monkeypatch.chdir(tmp_path)
    save_mask("masks/a.png", slice(0, 20))
    save_mask("masks/b.png", slice(10, 30), slice(16, 48))
    save_mask("masks/c.png", slice(0, 10))
    save_mask("masks/d.png", slice(11, 31), slice(16, 48))


def pairs(cases):
    return [(case.picture, case.mask) for case in cases]


def test_masks_take_turns_within_their_bucket(masks):
    cases, notices = folder_cases("masks", 2, SIZE)
    assert pairs(cases) == [(0, "b.png"), (0, "a.png"), (1, "c.png"), (1, "a.png")]
    assert notices == [] and all(case.hole.shape == SIZE for case in cases)
    assert cases[0].hole[10:30, 16:48].all() and cases[0].hole.sum() == 20 * 32
    few, _ = folder_cases("masks", 5, SIZE)
    assert [mask for _, mask in pairs(few)][::2] == ["b.png", "c.png", "d.png", "b.png", "c.png"]


def test_masks_at_the_border_are_a_group_of_their_own(masks):
    cases, _ = folder_cases("masks", 2, SIZE, by_border=True)
    apart, touching, half = "bd", "cc", "aa"
    assert pairs(cases) == [
        (number, f"{group[number]}.png") for number in (0, 1) for group in (apart, touching, half)
    ]


def test_inverted_masks_and_what_may_be_unintended(masks):
    save_mask("large/a.png", slice(0, 30))
    (case,), notices = folder_cases("large", 1, SIZE, invert=True)
    assert case.hole[30:].all() and case.hole.sum() == 10 * WIDTH
    assert notices == []
    save_mask("large/a.png", slice(0, 20), size=(2 * HEIGHT, 2 * WIDTH))
    (case,), notices = folder_cases("large", 1, SIZE)
    assert case.hole[:10].all() and case.hole.sum() == 10 * WIDTH and "128x80" in notices[0]


@pytest.mark.parametrize("size", [(HEIGHT // 2, WIDTH), (HEIGHT, WIDTH // 2), (WIDTH, HEIGHT)])
def test_masks_of_other_proportions_are_refused(masks, size):
    save_mask("masks/e.png", slice(0, 9), size=size)
    words = rf"e.png is {size[1]}x{size[0]} \(width x height\), which does not fit .* 64x40"
    with pytest.raises(InputError, match=words):
        folder_cases("masks", 1, SIZE)


def test_the_hash_of_cases_is_of_their_holes_and_pictures():
    holes = np.zeros([2, *SIZE], bool)
    holes[0, :9] = holes[1, 9:] = True
    cases = [Case(1, "a", holes[0]), Case(0, "b", holes[1])]
    lines = "".join(
        f"{sha256_of_hole(hole)}  {name}\n" for hole, name in zip(holes, ("y.png", "x.png"))
    )
    want = hashlib.sha256(lines.encode()).hexdigest()
    assert cases_sha256(cases, ["x.png", "y.png"]) == want


def test_names_of_pictures_do_not_tell_where_they_are(masks):
    for folder in ("one/here", "two"):
        for number in range(2):
            save(f"{folder}/{number}.png", np.full([11, 12, 3], number, np.uint8))
    one, two = Pictures("one/here"), Pictures("two")
    assert one.names == two.names == ["0.png", "1.png"] and one.sha256 == two.sha256
    assert one.size == (11, 12) and (one[1] == 1).all()
    with pytest.raises(InputError, match="two/0.png is 10x10 .* expected at least 11 pixels"):
        Pictures("two", side=10)
    os.truncate("two/1.png", 60)
    with pytest.raises(InputError, match="two/1.png cannot be decoded"):
        Pictures("two")  # before anything takes time


class Seen:
    """A metric of all pictures together that hands out what it was given."""

    def __init__(self, made):
        self.given = []
        made.append(self)

    def add(self, *given):
        self.given.append(given)

    def result(self):
        return float(len(self.given)) if len(self.given) > 1 else None


def test_scores_are_of_the_original_and_the_completed_picture():
    random = np.random.default_rng(0)
    image, first, second = random.integers(0, 256, [3, *SIZE, 3], np.uint8)
    small, half = np.zeros([2, *SIZE], bool)
    small[:2], half[:20] = True, True
    made = []
    of_all = {"n": Metric(lambda: Seen(made), "N", 1, "")}
    scores = Scores({"l1": METRICS["l1"], "tv": METRICS["tv"]}, of_all)
    cases = [Case(0, "a", small), Case(1, "b", half), Case(2, "b", half)]
    for case in cases:
        scores.add(case, image, {"x": first if case.picture < 2 else second})
    assert scores.columns.keys() == {"l1", "tv", "n"}
    assert len(made) == 3
    for accumulator in made:
        for original, completed, hole in accumulator.given:
            assert original is image and completed is not image and hole.shape == SIZE
    rows = {(row.bucket, row.method): row for row in scores.summary()}
    assert [row.bucket for row in scores.summary()] == [
        "1-10", "1-10", "40-50", "40-50", "all", "all"
    ]  # fmt: skip
    assert {key: row.count for key, row in rows.items() if key[1] == "x"} == {
        ("1-10", "x"): 1, ("40-50", "x"): 2, ("all", "x"): 3
    }  # fmt: skip
    assert "n" not in rows["1-10", "x"].scores and rows["all", "x"].scores["n"] == 3
    means = [l1_percent(image, done, half) for done in (first, second)]
    assert rows["40-50", "x"].scores["l1"] == pytest.approx(np.mean(means))
    assert rows["40-50", "original"].scores == {"tv": pytest.approx(tv_percent(image, half))}
    assert rows["40-50", "x"].scores["n"] == 2
    one = Scores({"l1": METRICS["l1"]}, {})
    one.add(cases[0], image, {"x": first})
    assert [row.bucket for row in one.summary()] == ["1-10", "1-10"]  # all would say the same
