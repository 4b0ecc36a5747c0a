"""Evaluation with holes of named samplers, and the table that papers on irregular holes print."""

import numpy as np
import pytest
from evaluate_files import save_mask, save_noisy_photos

from inpaint_tf.evaluate import main
from inpaint_tf.evaluation.case import Case
from inpaint_tf.evaluation.measure import Score
from inpaint_tf.evaluation.paper_table import paper_table_text
from inpaint_tf.evaluation.sampled import sampled_cases
from inpaint_tf.masks.samplers import SAMPLERS


@pytest.mark.parametrize("name", SAMPLERS)
def test_holes_depend_on_seed_and_number_alone(name):
    few, many = sampled_cases(name, 3, 2, (40, 64)), sampled_cases(name, 3, 3, (40, 64))
    for one, other in zip(few, many):
        np.testing.assert_array_equal(one.hole, other.hole)
    assert len({case.hole.tobytes() for case in many}) == 3
    assert [case.mask for case in few] == [f"{name} 0", f"{name} 1"]


def test_buckets_have_every_share_at_and_off_the_border():
    cases = sampled_cases("irregular_buckets", 0, 2, (64, 96))
    kinds = [(case.bucket, case.touches_border) for case in cases if case.picture == 1]
    shares = ("1-10", "10-20", "20-30", "30-40", "40-50", "50-60")
    assert sorted(kinds) == sorted((share, touches) for share in shares for touches in (0, 1))


def test_paper_table_by_hand():
    apart = np.zeros([100, 100], bool)
    apart[20:60, 20:60] = True  # 16 %
    touching = np.zeros([100, 100], bool)
    touching[:5, :50] = True  # 2.5 %
    rows = [
        Score(Case(0, "a", apart), "network", {"l1": 10.0, "psnr": 20.0, "ssim": 0.5}),
        Score(Case(1, "a", apart), "network", {"l1": 20.0, "psnr": 30.0, "ssim": 0.7}),
        Score(Case(0, "b", touching), "network", {"l1": 4.0, "psnr": 33.0, "ssim": 0.9}),
        Score(Case(0, "b", touching), "original", {"tv": 4.0}),
    ]
    text = paper_table_text(rows)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[:5]]
    heading, _, *rest = lines
    found = {row[0]: dict(zip(heading[2:], row[2:])) for row in rest}
    assert found["l1 %"]["10-20 B"] == "2.40" and found["l1 %"]["1-10 N"] == "0.10"
    assert found["PSNR"]["10-20 B"] == "25.00" and found["SSIM"]["1-10 N"] == "0.900"
    assert found["PSNR"]["1-10 B"] == "" and len(heading) == 14
    assert "IScore is not measured" in text


def test_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_noisy_photos()
    arguments = ["--images=photos", "--weights=none", "--quiet"]
    assert main([*arguments, "--masks=irregular_buckets", "--paper_table"]) == 0
    printed = capsys.readouterr().out
    assert "50-60 B" in printed
    rows = [line for line in printed.splitlines() if "SSIM" in line and "Telea" in line]
    assert len(rows) == 1 and all(cell.strip() for cell in rows[0].split("|")[1:-1])

    # Of a folder: masks of one share, with and without contact, are two groups.
    save_mask("masks/apart.png", slice(10, 22), slice(16, 40))
    save_mask("masks/touching.png", slice(0, 8), slice(16, 52))
    assert main([*arguments, "--masks=masks", "--paper_table", "--limit=1"]) == 0
    printed = capsys.readouterr().out
    row = next(line for line in printed.splitlines() if "PSNR" in line and "Telea" in line)
    assert len([cell for cell in row.split("|")[3:-1] if cell.strip()]) == 2
