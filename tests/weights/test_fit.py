"""Weights that do not fit are a sentence before their network takes any memory."""

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
from bundle_writer import entry, index_file
from fuzz.damage import _from_now_on, _memory
from small_network import small_model

from inpaint_tf.convert import main as convert
from inpaint_tf.errors import InputError
from inpaint_tf.export.precision import make_generator
from inpaint_tf.models.patch_critic import SCOPE, SNPatchCritic
from inpaint_tf.models.registry import build_model
from inpaint_tf.weights.archive import Weights
from inpaint_tf.weights.classifier_files import load_classifier
from inpaint_tf.weights.fit import shapes_of
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import save_weights
from inpaint_tf.weights.variables import named_variables
from inpaint_tf.weights.vgg_files import load_features

NETWORKS = [
    ("deepfill_v1", {"width": 4}),
    ("deepfill_v1", {"width": 4, "attention": False, "dtype": "mixed_bfloat16"}),
    ("deepfill_v1", {"width": 4, "attention": "flow"}),
    ("deepfill_v2", {"width": 4, "guided": True}),
    ("partial_conv_unet", {"width": 2, "levels": 3}),
]
WIDE = 160  # 640 MB of weights
LITTLE = 150_000  # kilobytes; a network that is described takes some, too
CONV1 = "inpaint_net/conv1/kernel"


@pytest.mark.parametrize("name, options", NETWORKS)
def test_shapes_are_those_of_the_network(name, options):
    want = {n: tuple(v.shape) for n, v in named_variables(build_model(name, options)).items()}
    assert shapes_of(lambda: build_model(name, options)) == want
    assert len(want) > 20 and len(set(want.values())) > 8


def test_shapes_are_those_of_the_critic():
    critic = SNPatchCritic(6, in_channels=5)
    want = {n: tuple(v.shape) for n, v in named_variables(critic).items()}
    assert shapes_of(lambda: SNPatchCritic(6, in_channels=5)) == want
    assert want[f"{SCOPE}/conv1/kernel_sn/u"] == (1, 6)


def test_the_network_itself_is_named_and_built_as_ever():
    before = shapes_of(lambda: build_model("deepfill_v1", {"width": 2}))
    model = small_model()
    assert shapes_of(lambda: build_model("deepfill_v1", {"width": 2})) == before
    number = int(small_model().name.rpartition("_")[2])
    assert model.name in ("deep_fill_v1", f"deep_fill_v1_{number - 1}")
    assert np.asarray(named_variables(model)[CONV1]).std() > 0


@pytest.fixture
def little_memory():
    """What happens after it may not take the memory of a wide network."""
    before = _from_now_on()
    yield
    assert _memory("VmHWM") - before < LITTLE


def wide_shapes(name="deepfill_v1"):
    return shapes_of(lambda: build_model(name, {"width": WIDE}))


def wide_arrays(found):
    """One number for each tensor of a wide network, but for the first `found`, which fit."""
    shapes = wide_shapes()
    return {
        name: np.zeros(shape if number < found else (1,), np.float32)
        for number, (name, shape) in enumerate(shapes.items())
    }


@pytest.mark.parametrize("found, scope", [(0, "conv1"), (2, "conv2_downsample")])
def test_a_small_file_of_a_wide_network_names_its_first_tensor(
    tmp_path, little_memory, capsys, found, scope
):
    path = tmp_path / "w.safetensors"
    save_weights(path, Weights("deepfill_v1", {"width": WIDE}, wide_arrays(found), {}, {}))
    assert path.stat().st_size < 200_000
    first = f"w.safetensors does not fit the model: inpaint_net/{scope}/kernel has shape"
    expected = {"conv1": f"5, 5, 5, {WIDE}", "conv2_downsample": f"3, 3, {WIDE}, {2 * WIDE}"}
    message = rf"{first} \(1,\), expected \({expected[scope]}\)"
    with pytest.raises(InputError, match=message):
        load_model(path)
    with pytest.raises(InputError, match=message):
        make_generator(read_weights(path), "float16", "w.safetensors")
    assert convert([str(path), str(tmp_path / "out.safetensors")]) == 2
    assert first in capsys.readouterr().err


def test_what_is_given_beside_the_file_counts(tmp_path, little_memory):
    path = tmp_path / "w.safetensors"
    arrays = {n: np.asarray(v) for n, v in named_variables(small_model()).items()}
    save_weights(path, Weights("deepfill_v1", {"width": 4}, arrays, {}, {}))
    with pytest.raises(InputError, match=r"conv1/kernel has shape \(5, 5, 5, 4\), expected .* 160"):
        load_model(path, width=WIDE)


def checkpoint_of(folder, shapes):
    """A TensorFlow 1 checkpoint of zeros with these shapes by name."""
    data = bytes(4 * max(int(np.prod(shape)) for shape in shapes.values()))
    pairs = [(n, entry(s, 0, 4 * int(np.prod(s)), data)) for n, s in shapes.items()]
    (folder / "s-0.index").write_bytes(index_file(pairs))
    (folder / "s-0.data-00000-of-00001").write_bytes(data)
    return folder / "s-0"


def test_a_small_checkpoint_of_a_wide_network(tmp_path, little_memory):
    shapes = dict.fromkeys(wide_shapes(), (1, 1)) | {CONV1: (5, 5, 5, WIDE)}
    message = rf"conv2_downsample/kernel is float32\(1, 1\), expected float32\(3, 3, {WIDE}, "
    with pytest.raises(InputError, match=message):
        load_model(checkpoint_of(tmp_path, shapes))


def test_a_small_checkpoint_of_a_wide_critic(tmp_path, little_memory):
    shapes = shapes_of(lambda: build_model("deepfill_v2", {"width": 4}))
    critic = shapes_of(lambda: SNPatchCritic(64))
    wide = f"{SCOPE}/conv1/kernel"
    shapes |= dict.fromkeys(critic, (1, 1)) | {wide: (5, 5, 4, 2000)}
    with pytest.raises(InputError, match=r"sn_patch_gan/.* is float32\(1, 1\), expected float32"):
        load_model(checkpoint_of(tmp_path, shapes))


def test_features_that_a_file_only_names(tmp_path, little_memory):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("block1_conv1/block1_conv1/kernel:0", (3, 3, 3, 2**22), "f4")
        file["block1_conv1/block1_conv1/bias:0"] = np.zeros(2**22, np.uint8)
    message = r"block1_conv1/kernel:0 has shape \(3, 3, 3, 4194304\), and the file holds 0 bytes"
    with pytest.raises(InputError, match=message):
        load_features(path, ("relu1",))


@pytest.fixture(params=["keras", "h5"])
def described(request, tmp_path):
    """A function of a number of channels that gives a file of a whole model that names so many."""

    def write(channels):
        path = tmp_path / f"own.{request.param}"
        layers = [keras.layers.BatchNormalization(), keras.layers.Conv2D(5, 1, name="last")]
        keras.Sequential([keras.Input([20, 32, 3]), *layers]).save(path)
        change = _change_zip if request.param == "keras" else _change_h5
        change(path, '"filters": 5', f'"filters": {channels}')
        return path

    return write


def _change_zip(path, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = json.dumps(json.loads(parts["config.json"])).replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _change_h5(path, old, new):
    with h5py.File(path, "r+") as file:
        text = json.dumps(json.loads(file.attrs["model_config"]))
        assert old in text
        file.attrs["model_config"] = text.replace(old, new)


def test_a_whole_model_whose_file_lacks_what_it_describes(described, little_memory):
    message = r"fit its own description: .*last.*kernel.* has shape \(1, 1, 3, 90000000\), and the"
    with pytest.raises(InputError, match=message):
        load_classifier(described(90_000_000))


def test_a_whole_model_whose_file_has_it(described):
    assert load_classifier(described(5)).model.output_shape == (None, 20, 32, 5)
