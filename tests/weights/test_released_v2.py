"""A checkpoint with every variable of the released ones of DeepFill v2, slots included."""

import csv
import json
import pathlib

import google_crc32c
import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.models.patch_critic import SNPatchCritic
from inpaint_tf.weights import releases
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.variables import assign_arrays, named_variables

TITLES = {
    "places2": "DeepFill v2 release, Places2 256x256",
    "celeba_hq": "DeepFill v2 release, CelebA-HQ 256x256",
}
SLOTS = ("Adam", "Adam_1")
COLORS = [2, 1, 0]


@pytest.fixture(scope="module")
def rows():
    """The variables of the released checkpoints but for Adam's slots, with their checksums."""
    path = pathlib.Path(__file__).parents[1] / "golden/v2/released_variables.tsv"
    with open(path) as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def saved(rows):
    """Arrays of the released names, shapes and types; slots are zeros, as nothing else is."""
    random, arrays = np.random.default_rng(0), {}
    for row in rows:
        sides = row["shape"].replace("scalar", "")
        shape = [int(side) for side in sides.split("x") if side]
        scale = np.sqrt(4 / np.prod(shape[:-1])) if len(shape) > 2 else 0.1
        array = (random.normal(size=shape) * scale).astype(row["type"])
        arrays[row["name"]] = array if shape else np.array(1656000, row["type"])
        if row["name"].rpartition("/")[2] in ("kernel", "bias"):
            arrays.update({f"{row['name']}/{slot}": np.zeros_like(array) for slot in SLOTS})
    return arrays


@pytest.fixture(scope="module")
def checkpoint(saved, tmp_path_factory):
    prefix = str(tmp_path_factory.mktemp("release") / "snap-0")
    names = sorted(saved)
    tf.raw_ops.SaveV2(
        prefix=tf.constant(prefix),
        tensor_names=tf.constant(names),
        shape_and_slices=tf.constant([""] * len(names)),
        tensors=[saved[name] for name in names],
    )
    return prefix


def test_the_table_is_that_of_a_release(rows, saved):
    assert len(rows) == 106 and len(saved) == 298
    numbers = sum(array.size for name, array in saved.items() if name.startswith("inpaint_net/"))
    assert numbers == 3 * 4052478  # with slots; the parameters of the paper's 4.1 million


def test_checksums_are_those_of_the_releases(rows):
    table = json.loads(
        (releases.resources.files("inpaint_tf.weights") / "releases.json").read_text()
    )
    for column, title in TITLES.items():
        sums = {row["name"]: row[column] for row in rows}
        assert table["releases"][title] == [sums[name] for name in table["tensors"]]


def test_every_variable_is_read_and_slots_are_left(checkpoint, saved):
    weights = read_weights(checkpoint)
    assert weights.model == "deepfill_v2"
    assert weights.options == {"width": 48, "padding": "same", "guided": False, "attention": True}
    assert weights.provenance["steps"] == 1656000
    assert weights.provenance["release"] == "none of the known releases"
    # Two slots of 84 and 12 variables; the powers of Adam, the step, the learning rate.
    assert weights.ignored == {"optimizer slots": 192, "other tensors": 4}
    assert len(weights.arrays) == 84 + 18

    model, critic = load_model(checkpoint), SNPatchCritic()
    assign_arrays(critic, weights.arrays, checkpoint)
    got = {
        name: np.asarray(v) for each in (model, critic) for name, v in named_variables(each).items()
    }
    assert set(got) == set(weights.arrays)
    for name, array in got.items():
        want = saved[name]
        if name.endswith("conv1/kernel"):  # the authors' colours are blue, green, red
            want = np.concatenate([want[:, :, COLORS], want[:, :, 3:]], axis=2)
        elif "conv17" in name:
            want = want[..., COLORS]
        np.testing.assert_array_equal(array, want, name)


def test_a_release_is_told_by_its_checksums(checkpoint, saved, tmp_path, monkeypatch):
    resources = releases.resources.files("inpaint_tf.weights")
    table = json.loads((resources / "releases.json").read_text())
    title = TITLES["places2"]
    sums = [f"{google_crc32c.value(saved[name].tobytes()):08x}" for name in table["tensors"]]
    table["releases"][title] = sums
    (tmp_path / "releases.json").write_text(json.dumps(table))
    monkeypatch.setattr(releases.resources, "files", lambda package: tmp_path)
    assert read_weights(checkpoint).provenance["release"] == title
