"""How completed pictures look, in numbers: sharpness and the distance of features."""

import json

import cv2
import numpy as np
import pytest
import safetensors.numpy
from evaluate_files import HEIGHT, WIDTH, save_noisy_photos

from inpaint_tf.evaluate import main
from inpaint_tf.evaluation.perceptual import perceptual_metric
from inpaint_tf.evaluation.sharpness import sharpness

HOLE = np.zeros([HEIGHT, WIDTH], bool)
HOLE[5:20, 30:60] = True


def noise(seed=0):
    return np.random.default_rng(seed).integers(0, 256, [HEIGHT, WIDTH, 3], np.uint8)


@pytest.fixture
def features(tmp_path):
    """A file of a network of five blocks of one convolution each."""
    draw = np.random.default_rng(0)
    arrays, channels = {}, 3
    for block in range(1, 6):
        kernel = draw.normal(size=[3, 3, channels, 4]) / 3
        arrays[f"conv{block}_1/kernel"] = kernel.astype(np.float32)
        arrays[f"conv{block}_1/bias"] = draw.normal(size=[4]).astype(np.float32) / 9
        channels = 4
    path = tmp_path / "net.safetensors"
    metadata = {"blocks": "1,1,1,1,1", "padding": "reflect", "preprocessing": "torch"}
    safetensors.numpy.save_file(arrays, path, metadata)
    return str(path), arrays


def unit(features):
    return features / (np.linalg.norm(features, axis=-1, keepdims=True) + 1e-8)


def test_distance_agrees_with_plain_convolutions(features):
    path, arrays = features
    image, other = noise(), noise()
    other[HOLE] = 90
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    pair = [(each / 255 - mean) / deviation for each in (image, other)]
    want = 0.0
    for block in range(1, 6):
        kernel, bias = arrays[f"conv{block}_1/kernel"], arrays[f"conv{block}_1/bias"]
        padded = [np.pad(x, [(1, 1), (1, 1), (0, 0)], "reflect") for x in pair]
        windows = [np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(0, 1)) for x in padded]
        pair = [np.maximum(np.einsum("hwcij,ijco->hwo", x, kernel) + bias, 0) for x in windows]
        want += 100 * np.square(unit(pair[0]) - unit(pair[1])).sum(-1).mean()
        rows, columns = (side // 2 for side in pair[0].shape[:2])
        pair = [
            x[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1).max(axis=(1, 3))
            for x in pair
        ]
    assert perceptual_metric(path).measure(image, other, HOLE) == pytest.approx(want, rel=1e-4)
    assert perceptual_metric(path).measure(image, image, HOLE) == 0


def test_blur_is_less_sharp_and_only_the_hole_counts():
    image = noise()
    soft = cv2.GaussianBlur(image, (0, 0), 3)
    inside = np.where(HOLE[..., None], soft, image)
    assert sharpness(image, image, HOLE) == pytest.approx(1)
    assert sharpness(image, inside, HOLE) < 0.3
    assert sharpness(image, inside, np.roll(HOLE, 20, axis=0)) == pytest.approx(1)
    flat = np.full_like(image, 7)
    assert sharpness(flat, flat, HOLE) == sharpness(image, inside, HOLE & False) == 1


def test_sharpness_by_hand():
    image, hole = np.zeros([3, 4, 3], np.uint8), np.zeros([3, 4], bool)
    image[1, 2], hole[1, 2] = 60, True
    other = image.copy()
    other[1, 2] = 15  # to the left 15 instead of 60, above as well
    assert sharpness(image, other, hole) == pytest.approx(0.25)


def test_column_is_there_where_it_is_asked_for(features, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_noisy_photos()
    arguments = ["--images=photos", "--masks=center", "--weights=none", "--output_dir=out"]
    assert main(arguments) == 0
    assert "perceptual" not in capsys.readouterr().out
    assert main([*arguments, f"--perceptual={features[0]}"]) == 0
    assert "| perceptual |" in capsys.readouterr().out
    report = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert report["protocol"]["metrics"]["perceptual"].endswith("no LPIPS")
    assert report["results"][0]["scores"]["perceptual"] > 0
    assert "perceptual" in (tmp_path / "out" / "pictures.csv").read_text().splitlines()[0]


def test_features_that_are_not_there_are_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_noisy_photos()
    arguments = ["--images=photos", "--masks=center", "--weights=none"]
    assert main([*arguments, "--perceptual=none.safetensors"]) == 2
    assert "none.safetensors" in capsys.readouterr().err
