"""`python -m inpaint_tf.masks`: files, their list, and what is refused."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.evaluation.hashes import sha256_of_hole
from inpaint_tf.make_masks import main


def run(*arguments):
    return main([*arguments, "--quiet"])


def read(folder):
    return {path.name: np.asarray(Image.open(path)) for path in folder.glob("*.png")}


def test_buckets_with_and_without_border(tmp_path):
    folder = tmp_path / "masks"
    arguments = ("--count", "2", "--buckets", "--size", "64", "--border", "both")
    assert run("--output", str(folder), *arguments) == 0
    manifest = json.loads((folder / "masks.json").read_text())
    files = read(folder)
    assert len(files) == len(manifest["masks"]) == 2 * 6 * 2
    counted = {}
    for record in manifest["masks"]:
        pixels = files[record["file"]]
        assert pixels.shape == (64, 64) and set(np.unique(pixels)) == {0, 255}
        assert record["sha256_of_pixels"] == sha256_of_hole(pixels == 255)
        assert record["share"] == pytest.approx((pixels == 255).mean(), abs=1e-6)
        low, _, high = record["bucket"].partition("-")
        assert record["file"].startswith(f"irregular_{int(low):02d}-{high}_")
        assert ("touching" in record["file"]) == record["touches_border"]
        key = record["bucket"], record["touches_border"]
        counted[key] = counted.get(key, 0) + 1
    assert set(counted.values()) == {2} and len(counted) == 12
    assert len({record["sha256_of_pixels"] for record in manifest["masks"]}) == 24

    again = tmp_path / "again"
    assert run("--output", str(again), *arguments) == 0
    assert (again / "masks.json").read_text() == (folder / "masks.json").read_text()
    other = tmp_path / "other"
    assert run("--output", str(other), *arguments, "--seed", "1") == 0
    assert json.loads((other / "masks.json").read_text())["masks"] != manifest["masks"]


def test_kinds_and_a_process_of_its_own(tmp_path):
    command = [sys.executable, "-m", "inpaint_tf.masks", "--output", str(tmp_path / "thin")]
    command += ["--kind", "lama_thin", "--count", "3", "--size", "128"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and ran.stderr == ""
    assert ran.stdout == f"{tmp_path / 'thin'}: 3 masks and masks.json\n"
    assert sorted(read(tmp_path / "thin")) == [f"lama_thin_0000{n}.png" for n in range(3)]


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ((), "--output is missing"),
        (("--output", "here"), "--output here holds 'old.png' and 0 more; expected a new or empty"),
        (
            ("--output", "new", "--kind", "lama_thick", "--buckets"),
            "--kind lama_thick takes neither --buckets nor --border",
        ),
        (("--output", "new", "--size", "8"), "--size"),
        (("--output", "new", "--kind", "stars"), "stars"),
    ],
)
def test_what_is_refused(tmp_path, monkeypatch, capsys, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "old.png").write_bytes(b"")
    assert run(*arguments) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1
    assert not (tmp_path / "new").exists()
