"""Borrowed detail over the U-Net of partial convolutions, here and in exported functions."""

import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from inpaint_tf import Inpainter
from inpaint_tf.cli.inpaint import main as inpaint
from inpaint_tf.evaluate import main as evaluate
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.models.partial_conv_unet import PartialConvUNet
from inpaint_tf.weights.safetensors import save_model

HEIGHT, WIDTH = 77, 101
WORKING = 96  # pixels; longer pictures are completed by windows, scaled down


@pytest.fixture(scope="module")
def network():
    """Its holes are grey: what is not, was borrowed."""
    made = PartialConvUNet(3, 2)
    made.decoder[-1].convolution.kernel.assign(0 * np.array(made.decoder[-1].convolution.kernel))
    made.decoder[-1].convolution.bias.assign([0.5, 0.5, 0.5])
    return made


def photos(height=HEIGHT, width=WIDTH):
    """Two pictures of waves with grain, and a hole of its own for each."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:height, :width]
    waves = 60 * np.sin(rows / 3 + columns / 5)[..., None]
    images = np.stack([128 + waves, 128 - waves]) + random.normal(0, 25, [2, height, width, 3])
    holes = np.zeros([2, height, width], bool)
    holes[0, 20:45, 30:61] = holes[1, 50:66, 8:50] = True
    return np.clip(np.rint(images), 0, 255).astype(np.uint8), holes


def roughness(picture, hole):
    return np.abs(np.diff(picture.astype(float), axis=1))[hole[:, 1:]].mean()


def test_the_hole_gets_texture_and_nothing_else_changes(network):
    images, holes = photos()
    compiled = CompiledGenerator(network)
    plain = Inpainter(compiled)(images, holes)  # detail is off unless asked for
    detailed = Inpainter(compiled, detail=True)(images, holes)
    np.testing.assert_array_equal(detailed[~holes], images[~holes])
    for image, hole, before, after in zip(images, holes, plain, detailed):
        assert roughness(after, hole) > 0.5 * roughness(image, hole)
        assert np.std(before[hole]) < 2
    stages = Inpainter(compiled, detail=True).stages(images[1], holes[1])
    np.testing.assert_array_equal(stages.completed, detailed[1])
    np.testing.assert_array_equal(stages.before_detail, plain[1])
    assert (stages.source_colors[holes[1]] != 255).any()


OPTIONS = {"detail": True, "working_size": WORKING}


@pytest.fixture(scope="module")
def module(network):
    """One for both sizes: it takes long to trace."""
    return InpaintingModule(network, **OPTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(HEIGHT, WIDTH), (140, 190)])
def test_exported_functions_give_the_same(network, module, size):
    images, holes = photos(*size)
    masks = np.where(holes, 255, 0).astype(np.uint8)[..., None]
    found = module.pixels(tf.constant(images), tf.constant(masks))["completed"].numpy()
    want = Inpainter(CompiledGenerator(network), grouped=False, **OPTIONS)(images, holes)
    np.testing.assert_array_equal(found, want)
    assert roughness(found[0], holes[0]) > 0.3 * roughness(images[0], holes[0])


def test_commands(network, tmp_path, capsys):
    images, holes = photos()
    weights = str(tmp_path / "net.safetensors")
    save_model(weights, network)
    for folder in ("photos", "masks"):
        (tmp_path / folder).mkdir()
    Image.fromarray(images[0]).save(tmp_path / "photos" / "x.png")
    Image.fromarray(np.where(holes[0], 255, 0).astype(np.uint8)).save(tmp_path / "masks" / "x.png")

    sharpness = {}
    for detail in ("on", "off"):
        out = tmp_path / f"{detail}.png"
        given = [f"--image={tmp_path}/photos/x.png", f"--mask={tmp_path}/masks/x.png"]
        flags = [f"--weights={weights}", f"--detail={detail}"]
        assert inpaint([*given, f"--output={out}", *flags]) == 0
        completed = np.asarray(Image.open(out))
        want = Inpainter(CompiledGenerator(network), detail=detail == "on")(images[0], holes[0])
        np.testing.assert_array_equal(completed, want)

        result = tmp_path / f"result_{detail}"
        given = [f"--images={tmp_path}/photos", f"--masks={tmp_path}/masks", "--quiet"]
        assert evaluate([*given, *flags, "--methods=telea", f"--output_dir={result}"]) == 0
        rows = json.loads((result / "evaluation.json").read_text())["results"]
        row = next(row for row in rows if row["method"] == "network")
        sharpness[detail] = row["scores"]["sharpness"]
    assert sharpness["on"] > 0.5 > 0.2 > sharpness["off"]
