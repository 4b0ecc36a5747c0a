"""`evaluate --table paper`: the paper's first table."""

import json

import numpy as np
import pytest
from evaluate_files import save

from inpaint_tf import create_model
from inpaint_tf.evaluate import main
from inpaint_tf.evaluation.case import Case
from inpaint_tf.evaluation.first_table import first_table_text
from inpaint_tf.evaluation.measure import Score
from inpaint_tf.weights.safetensors import save_model


def row(method, number, **scores):
    return Score(Case(number, "m", np.eye(8, dtype=bool)), method, scores)


def test_layout_is_the_papers():
    values = {"l1": 8.64, "l2": 2.06, "psnr": 18.909, "tv": 25.25}
    rows = [row("telea", 0, **values, ssim=1.0), row("network", 0, **values)]
    rows += [row("patch_match", n, l1=16 + n, l2=3.0, psnr=16.5 + n, tv=24.0) for n in (0, 1)]
    rows += [row("original", 0, tv=25.0), row("mean_color", 0, **values)]
    text = first_table_text(rows, (40, 64), "some holes", "off")
    table, note = text.split("\n\n")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert lines[0] == ["Method", "l1 loss", "l2 loss", "PSNR", "TV loss"]
    assert lines[2:] == [
        ["PatchMatch", "16.5%", "3.0%", "17.00", "24.0%"],
        ["Full model", "8.6%", "2.1%", "18.91", "25.2%"],
        ["Telea", "8.6%", "2.1%", "18.91", "25.2%"],
    ]
    assert "means of 1 picture of 64x40 with some holes; networks with --detail off" in note
    assert "never" in note


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Three smooth pictures, and weights of a full network and of a baseline."""
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(0)
    for number in range(2):
        coarse = draw.integers(0, 256, [8, 10, 3], np.uint8)
        save(f"photos/{number}.png", np.repeat(np.repeat(coarse, 9, 0), 9, 1))
    for name, attention in (("full", True), ("baseline", False)):
        model = create_model("deepfill_v1", width=2, attention=attention)
        model.scopes["inpaint_net/allconv17"].bias.assign([0.5 - attention] * 3)
        save_model(f"{name}.safetensors", model)
    return ["--images=photos", "--table=paper", "--size=64", "--quiet"]


@pytest.mark.slow
def test_all_four_rows(here, capsys):
    arguments = ["--weights=full.safetensors", "--baseline_weights=baseline.safetensors"]
    assert main([*here, *arguments, "--output_dir=out", "--detail=off"]) == 0
    out = capsys.readouterr().out
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines()]
    cells = {line[0]: line[1:] for line in table if len(line) == 5}
    rows = ["PatchMatch", "Baseline model", "Full model", "Telea"]
    assert list(cells)[2:] == rows
    assert cells["Baseline model"] != cells["Full model"]
    assert "one box of half the sides a picture" in out and "2 pictures of 64x64" in out
    with open("out/evaluation.json") as file:
        report = json.load(file)
    scores = {each["method"]: each["scores"] for each in report["results"]}
    assert cells["PatchMatch"][2] == f"{scores['patch_match']['psnr']:.2f}"
    assert cells["Baseline model"][0] == f"{scores['baseline']['l1']:.1f}%"
    assert report["baseline_weights"]["options"]["attention"] is False
    assert report["weights"]["options"]["attention"] is True


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--weights=none", "--baseline_weights=full.safetensors"], "full.safetensors has att"),
        (["--weights=baseline.safetensors"], "baseline.safetensors has no attention"),
        (["--weights=none", "--methods=telea,magic"], "--methods names 'magic'; expected some of"),
        (["--weights=none", "--baseline_weights=none"], "none"),
        (["--weights=none", "--methods="], "--methods and --weights name nothing"),
    ],
)
def test_networks_in_the_wrong_row_are_refused(here, capsys, arguments, words):
    assert main([*here, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_holes_and_size_are_the_papers_unless_told(here, capsys):
    arguments = [each for each in here if not each.startswith("--size")]
    assert main([*arguments, "--weights=none", "--methods=telea"]) == 0
    assert "2 pictures of 256x256 with one box of half the sides" in capsys.readouterr().out
