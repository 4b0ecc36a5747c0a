"""`python -m inpaint_tf.evaluate`: the numbers of its table, its files, what it says."""

import csv
import hashlib
import json
import os

import numpy as np
import pytest
from evaluate_files import HEIGHT, WIDTH, save, save_mask, save_noisy_photos
from PIL import Image

from inpaint_tf.evaluate import main
from inpaint_tf.evaluation import metrics, table


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with three noisy pictures."""
    monkeypatch.chdir(tmp_path)
    save_noisy_photos()
    return tmp_path


def run(*arguments, masks="center", weights="none", out="out"):
    flags = ["--images", "photos", "--masks", masks, "--weights", weights, "--output_dir", out]
    assert main([*flags, "--quiet", *arguments]) == 0
    with open(os.path.join(out, "evaluation.json")) as file:
        return json.load(file)


def read_csv(name):
    with open(os.path.join("out", name), newline="") as file:
        return list(csv.DictReader(file))


def scores_of(report, method, hole=None):
    (found,) = [
        row for row in report["results"] if row["method"] == method and hole in (None, row["hole"])
    ]
    return found["scores"]


def test_scores_of_a_known_difference(here, capsys):
    picture = np.full([HEIGHT, WIDTH, 3], 100, np.uint8)
    picture[10:30, 16:48] = 151  # the hole, by 51 = a fifth of the scale
    for number in range(3):
        save(f"photos/{number}.png", picture)
    scores = scores_of(run(), "mean_color", "20-30")
    assert scores["l1"] == pytest.approx(20)
    assert scores["l2"] == pytest.approx(4)
    assert scores["psnr"] == pytest.approx(20)  # a quarter of the pixels: -10 log10(0.04 / 4)
    assert scores["tv"] == 0
    assert 0.5 < scores["ssim"] < 0.99
    out, err = capsys.readouterr()
    assert err == ""
    assert "|  20-30 |        3 |   mean colour | 20.00 | 4.00 |   20.00 |" in out


def test_perfect_completion_scores_perfectly(here):
    for number in range(3):
        save(f"photos/{number}.png", np.full([HEIGHT, WIDTH, 3], 90 + number, np.uint8))
    report = run()
    for method in ("navier_stokes", "mean_color"):  # Telea's rounding need not give a constant
        scores = scores_of(report, method)
        perfect = {"l1": 0, "l2": 0, "psnr": 100, "ssim": pytest.approx(1), "tv": 0}
        assert scores == {**perfect, "sharpness": 1}


def test_network_is_judged_by_what_the_inpainter_returns(here, weights, capsys):
    from inpaint_tf import Inpainter, load_model

    report = run(weights=weights)
    inpainter = Inpainter(load_model(weights))
    hole = np.zeros([HEIGHT, WIDTH], bool)
    hole[10:30, 16:48] = True
    differences = []
    for number in range(3):
        picture = np.asarray(Image.open(f"photos/{number}.png"))
        completed = inpainter(picture, hole)
        differences.append(np.abs(completed[hole].astype(float) - picture[hole]).mean() / 2.55)
    scores = scores_of(report, "network")
    # Batches may round a pixel otherwise than single pictures.
    assert scores["l1"] == pytest.approx(np.mean(differences), abs=1e-3)
    assert scores["l1"] > scores_of(report, "mean_color")["l1"] + 2
    with open(weights, "rb") as file:
        assert report["weights"]["file_sha256"] == hashlib.sha256(file.read()).hexdigest()
    assert report["weights"]["options"]["width"] == 4
    assert capsys.readouterr().err == ""


def test_a_guided_network_has_empty_sketches_and_says_so(here, eagerly, capsys):
    from inpaint_tf import create_model
    from inpaint_tf.weights.safetensors import save_model

    save_model("guided.safetensors", create_model("deepfill_v2", width=4, guided=True))
    assert main(["--images=photos", "--masks=center", "--weights=guided.safetensors"]) == 0
    told = "notice: guided.safetensors is guided by sketches; here it has empty ones."
    assert told in capsys.readouterr().out


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    from inpaint_tf import create_model
    from inpaint_tf.weights.safetensors import save_model

    model = create_model("deepfill_v1", width=4)
    # Fresh weights paint nearly grey, as the mean colour of noise is; this one paints bright.
    model.scopes["inpaint_net/allconv17"].bias.assign([0.5, 0.5, 0.5])
    path = tmp_path_factory.mktemp("weights") / "narrow.safetensors"
    save_model(path, model)
    return str(path)


def test_every_picture_gets_one_mask_of_each_size_in_turns(here):
    save_mask("masks/a.png", slice(0, 10))  # 25 %
    save_mask("masks/b.png", slice(0, 22))  # 55 %
    save_mask("masks/c.png", slice(30, 40))  # 25 %
    report = run(masks="masks")
    used = [(row["picture"], row["mask"], row["hole"]) for row in read_csv("pictures.csv")]
    assert list(dict.fromkeys(used)) == [
        ("0.png", "a.png", "20-30"),
        ("0.png", "b.png", "50-60"),
        ("1.png", "c.png", "20-30"),
        ("1.png", "b.png", "50-60"),
        ("2.png", "a.png", "20-30"),
        ("2.png", "b.png", "50-60"),
    ]
    rows = [(r["hole"], r["pictures"]) for r in report["results"] if r["method"] == "telea"]
    assert rows == [("20-30", 3), ("50-60", 3), ("all", 6)]
    both = [scores_of(report, "telea", hole)["l1"] for hole in ("20-30", "50-60", "all")]
    assert both[2] == pytest.approx((both[0] + both[1]) / 2)


def test_files_say_what_they_rest_on(here):
    report = run(masks="box")
    lines = []
    for number in range(3):
        with open(f"photos/{number}.png", "rb") as file:
            lines.append(f"{hashlib.sha256(file.read()).hexdigest()}  {number}.png\n")
    pictures = report["protocol"]["pictures"]
    assert pictures["sha256"] == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert [pictures[key] for key in ("count", "height", "width")] == [3, HEIGHT, WIDTH]
    assert report["protocol"]["holes"]["seed"] == 0
    assert set(report["versions"]) >= {"tensorflow", "keras", "numpy", "opencv", "inpaint_tf"}
    for row in read_csv("table.csv"):
        assert row["protocol_sha256"] == report["protocol_sha256"]
        assert row["holes_sha256"] == report["protocol"]["holes"]["sha256"]
        assert row["seed"] == "0"
    sheets = {f"sheet_{row['hole']}.png" for row in report["results"]} - {"sheet_all.png"}
    assert set(os.listdir("out")) == {"evaluation.json", "table.csv", "pictures.csv"} | sheets


def test_protocol_hash_is_equal_exactly_when_pictures_and_holes_are(here):
    def same(first, second):
        return first["protocol_sha256"] == second["protocol_sha256"]

    first = run(masks="box")
    os.rename("photos", "moved")
    os.symlink("moved", "photos")
    again = run(masks="box", out="elsewhere")
    assert same(first, again) and first["results"] == again["results"]
    assert not same(first, run("--seed=1", masks="box"))
    assert not same(first, run("--limit=2", masks="box"))
    assert not same(first, run(masks="center"))
    save("photos/1.png", np.zeros([HEIGHT, WIDTH, 3], np.uint8))
    assert not same(first, run(masks="box"))


def test_size_scales_the_shorter_side_and_cuts_the_middle(here):
    wide = np.zeros([32, 96, 3], np.uint8)
    wide[:, 32:64] = 120  # the middle square
    save("photos/1.png", wide)
    report = run("--size=32")
    assert [report["protocol"]["pictures"][key] for key in ("height", "width")] == [32, 32]
    assert "32" in report["protocol"]["pictures"]["scaling"]
    rows = {(row["picture"], row["method"]): row for row in read_csv("pictures.csv")}
    assert float(rows["1.png", "mean_color"]["l1"]) == 0  # nothing of the black sides is left
    assert float(rows["0.png", "mean_color"]["l1"]) > 5


def test_limit_takes_the_first_by_name(here):
    run("--limit=2")
    assert {row["picture"] for row in read_csv("pictures.csv")} == {"0.png", "1.png"}


def test_nothing_is_written_without_output_dir(here, capsys):
    assert main(["--images=photos", "--masks=center", "--weights=none"]) == 0
    assert os.listdir() == ["photos"]
    assert capsys.readouterr().out.count("Telea") == 1


def test_metric_of_all_pictures_together_can_be_added(here, monkeypatch, capsys):
    class Count:
        def __init__(self):
            self.seen = 0

        def add(self, image, completed, hole):
            assert image.shape == completed.shape == (*hole.shape, 3)
            self.seen += 1

        def result(self):
            return float(self.seen)

    count = metrics.Metric(Count, "COUNT", 1, "pictures seen")
    monkeypatch.setitem(metrics.SET_METRICS, "count", count)
    report = run()
    assert scores_of(report, "telea")["count"] == 3
    assert report["protocol"]["metrics"]["count"] == "pictures seen"
    assert "COUNT |" in capsys.readouterr().out


def test_scaled_masks_are_mentioned_once(here, capsys):
    for name in "ab":
        save_mask(f"masks/{name}.png", slice(20), size=(2 * HEIGHT, 2 * WIDTH))
    assert main(["--images=photos", "--masks=masks", "--weights=none"]) == 0
    out = capsys.readouterr().out
    assert out.count("notice: ") == 1
    assert "masks/a.png is 128x80" in out and "1 more" in out


def test_table_lists_methods_it_has_no_words_for():
    assert table.words_of("other") == "other"
