"""The authors' checkpoints: names, conversion, refusals, and which release one is."""

import json
import struct

import google_crc32c
import numpy as np
import pytest
import tensorflow as tf
from small_network import inputs, small_arrays

import inpaint_tf
from inpaint_tf.errors import InputError
from inpaint_tf.models.patch_critic import SCOPE, SNPatchCritic
from inpaint_tf.weights import releases
from inpaint_tf.weights.color_order import flip_color_order
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import save_weights
from inpaint_tf.weights.variables import assign_arrays, named_variables


def write_tf1(directory, arrays, name="snap-7"):
    """A TensorFlow 1 checkpoint of these arrays, written by TensorFlow's own Saver."""
    with tf.Graph().as_default():
        for key, array in arrays.items():
            tf.compat.v1.get_variable(key, initializer=tf.constant(array))
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            return tf.compat.v1.train.Saver().save(session, str(directory / name))


@pytest.fixture
def snapshot_of(snapshot, snapshot_v2):
    """A function of a network's name that gives the directory of its golden checkpoint."""
    return {"deepfill_v1": snapshot, "deepfill_v2": snapshot_v2}.get


@pytest.mark.parametrize("name", ["deepfill_v1", "deepfill_v2"])
def test_names_are_the_original_s(snapshot_of, name):
    recorded = tf.train.list_variables(str(snapshot_of(name)))
    names = {n for n, _ in recorded if n.startswith("inpaint_net/")}
    assert set(named_variables(inpaint_tf.create_model(name))) == names


@pytest.mark.parametrize("name", ["deepfill_v1", "deepfill_v2"])
def test_checkpoint_survives_conversion_bit_for_bit(golden_model, snapshot_of, tmp_path, name):
    save_weights(tmp_path / "w.safetensors", read_weights(snapshot_of(name)))
    got = load_model(tmp_path / "w.safetensors")(*inputs())
    want = golden_model("same", name)(*inputs())
    np.testing.assert_array_equal(got.coarse, want.coarse)
    np.testing.assert_array_equal(got.refined, want.refined)
    np.testing.assert_array_equal(got.offsets, want.offsets)


@pytest.mark.parametrize("name", ["", "snap-0", "snap-0.index", "snap-0.data-00000-of-00001"])
def test_checkpoint_is_found_by_directory_prefix_or_file(snapshot, name):
    weights = read_weights(snapshot / name)
    assert weights.provenance["steps"] == 12345
    assert weights.provenance["release"] == "none of the known releases"
    assert weights.options["padding"] == "same"
    assert len(weights.arrays) == 104


def test_checkpoint_of_v2_is_recognised(snapshot_v2):
    weights = read_weights(snapshot_v2)
    assert weights.model == "deepfill_v2"
    assert (weights.options["width"], weights.options["padding"]) == (48, "same")
    assert weights.options["guided"] is False
    assert weights.provenance["steps"] == 777
    assert weights.ignored == {"optimizer slots": 0, "other tensors": 1}
    critic = SNPatchCritic()
    assign_arrays(critic, weights.arrays, "snapshot")
    reader = tf.train.load_checkpoint(str(snapshot_v2))
    for layer in critic.convolutions:
        recorded = reader.get_tensor(f"{SCOPE}/{layer.name}/kernel_sn/u")
        np.testing.assert_array_equal(layer.u, recorded)
    assert len(weights.arrays) == 84 + 18


def test_guided_checkpoint_of_v2_is_recognised(tmp_path):
    arrays = small_arrays("deepfill_v2", guided=True)
    critic = SNPatchCritic(width=4, in_channels=5)
    arrays.update((n, np.asarray(v)) for n, v in named_variables(critic).items())
    weights = read_weights(write_tf1(tmp_path, arrays))
    assert weights.options["guided"] is True
    assert weights.arrays[f"{SCOPE}/conv1/kernel"].shape == (5, 5, 5, 4)


def test_colors_of_v2_are_turned_round(snapshot_v2):
    reader = tf.train.load_checkpoint(str(snapshot_v2))
    arrays = read_weights(snapshot_v2).arrays
    for scope, channels in (
        ("inpaint_net/conv1", [2, 1, 0, 3, 4]),
        ("inpaint_net/xconv1", [2, 1, 0]),
        ("inpaint_net/pmconv1", [2, 1, 0]),
        (f"{SCOPE}/conv1", [2, 1, 0, 3]),
    ):
        original = reader.get_tensor(f"{scope}/kernel")
        assert original.shape[2] == len(channels)
        np.testing.assert_array_equal(arrays[f"{scope}/kernel"][:, :, channels], original)
    untouched = f"{SCOPE}/conv1/kernel_sn/u"
    np.testing.assert_array_equal(arrays[untouched], reader.get_tensor(untouched))
    assert arrays["inpaint_net/allconv17/kernel"].shape == (3, 3, 12, 3)


def test_checkpoint_is_found_where_its_state_file_names_another_machine(tmp_path):
    write_tf1(tmp_path, small_arrays())
    state = tmp_path / "checkpoint"
    state.write_text('model_checkpoint_path: "/home/someone/logs/snap-7"\n')
    assert read_weights(tmp_path).options["width"] == 4
    state.unlink()
    assert read_weights(tmp_path).options["width"] == 4


def test_colors_are_turned_round(snapshot):
    reader = tf.train.load_checkpoint(str(snapshot))
    arrays = read_weights(snapshot).arrays
    for scope in ("inpaint_net/conv1", "inpaint_net/xconv1", "inpaint_net/pmconv1"):
        original = reader.get_tensor(f"{scope}/kernel")
        got = arrays[f"{scope}/kernel"]
        np.testing.assert_array_equal(got[:, :, [2, 1, 0, 3, 4]], original)
    for scope in ("inpaint_net/conv17", "inpaint_net/allconv17"):
        for part in ("kernel", "bias"):
            original = reader.get_tensor(f"{scope}/{part}")
            np.testing.assert_array_equal(arrays[f"{scope}/{part}"][..., [2, 1, 0]], original)
    for kind in ("local", "global"):
        name = f"discriminator/discriminator_{kind}/conv1/kernel"
        np.testing.assert_array_equal(arrays[name][:, :, [2, 1, 0]], reader.get_tensor(name))
    untouched = "inpaint_net/conv2_downsample/kernel"
    np.testing.assert_array_equal(arrays[untouched], reader.get_tensor(untouched))
    again = flip_color_order(flip_color_order(arrays))
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)


def test_optimizer_slots_and_other_tensors_are_counted(tmp_path):
    arrays = small_arrays()
    extra = {f"{name}/{slot}": a for name, a in arrays.items() for slot in ("Adam", "Adam_1")}
    others = {"lr": np.float32(1e-4), "beta1_power": np.float32(0), "global_step": np.int32(9)}
    weights = read_weights(write_tf1(tmp_path, {**arrays, **extra, **others}))
    assert weights.ignored == {"optimizer slots": 168, "other tensors": 3}
    assert weights.provenance["steps"] == 9


def test_critics_of_another_picture_size_are_read(tmp_path):
    from inpaint_tf.models.critics import GlobalCritic, LocalCritic

    arrays = small_arrays()
    for critic in (LocalCritic(129, width=4), GlobalCritic(256, width=4)):
        arrays.update((n, np.asarray(v)) for n, v in named_variables(critic).items())
    # A local patch of 129 to 144 pixels gives 9x9 features, as in the CelebA-HQ release.
    assert arrays["discriminator/dout_local_fc/kernel"].shape == (9 * 9 * 32, 1)
    read = read_weights(write_tf1(tmp_path, arrays)).arrays
    assert read["discriminator/dout_local_fc/kernel"].shape == (9 * 9 * 32, 1)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"inpaint_net/conv3/bias": None}, "lacks inpaint_net/conv3/bias"),
        (
            {"inpaint_net/conv3/bias": np.zeros(7, np.float32)},
            r"inpaint_net/conv3/bias is float32\(7,\), expected float32\(8,\)",
        ),
        (
            {"inpaint_net/conv3/bias": np.zeros(8, np.float64)},
            r"inpaint_net/conv3/bias is float64\(8,\), expected float32",
        ),
        (
            {"discriminator/discriminator_local/conv1/bias": np.zeros(64, np.float32)},
            "lacks discriminator/discriminator_local/conv1/kernel",
        ),
        (
            {"inpaint_net/xconv1/kernel": np.zeros([5, 5, 3, 4], np.float32)},
            "does not fit DeepFill v2: inpaint_net/conv2_downsample/kernel is",
        ),
        ({"inpaint_net/conv1/kernel": None}, "expected a checkpoint of DeepFill"),
    ],
)
def test_checkpoint_that_does_not_fit_is_refused_by_name(tmp_path, change, message):
    arrays = {**small_arrays(), **change}
    prefix = write_tf1(tmp_path, {name: a for name, a in arrays.items() if a is not None})
    with pytest.raises(InputError, match=message):
        load_model(prefix)


def test_damaged_state_file_is_passed_over_in_silence(tmp_path, capfd):
    write_tf1(tmp_path, small_arrays())
    capfd.readouterr()
    for damage in (b"\xff\xfe\x00", b"junk {{{"):
        (tmp_path / "checkpoint").write_bytes(damage)
        assert read_weights(tmp_path).options["width"] == 4
        assert read_weights(tmp_path / "checkpoint").options["width"] == 4
    assert capfd.readouterr().err == ""


def test_damaged_checkpoint_is_refused(tmp_path):
    prefix = write_tf1(tmp_path, small_arrays())
    data = tmp_path / "snap-7.data-00000-of-00001"
    data.write_bytes(data.read_bytes()[:1000])
    with pytest.raises(InputError, match="snap-7 cannot be read|not a readable checkpoint"):
        load_model(prefix)
    data.unlink()
    with pytest.raises(InputError, match="snap-7"):
        load_model(prefix)
    (tmp_path / "snap-7.index").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="not a readable checkpoint"):
        load_model(prefix)


# --- releases


def test_checksum_is_crc32c():
    assert releases.checksum(np.frombuffer(b"123456789", np.uint8)) == "e3069283"
    # Stored in the released CelebA-HQ checkpoint for `beta1_power`, which has run down to 0.
    assert releases.checksum(np.zeros(1, np.float32)) == "48674bc7"


def test_checksums_are_those_that_tensorflow_stores(snapshot):
    """The index of a checkpoint holds a masked CRC32C for every tensor; ours must be among them."""
    index = (snapshot / "snap-0.index").read_bytes()
    reader = tf.train.load_checkpoint(str(snapshot))
    for name in ("inpaint_net/conv1/bias", "inpaint_net/xconv3/kernel"):
        crc = int(releases.checksum(reader.get_tensor(name)), 16)
        masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
        assert struct.pack("<I", masked) in index


def test_release_is_named_when_every_tensor_agrees(monkeypatch, tmp_path, snapshot):
    reader = tf.train.load_checkpoint(str(snapshot))
    table = json.loads(
        (releases.resources.files("inpaint_tf.weights") / "releases.json").read_text()
    )
    assert len(table["tensors"]) == 84 and len(table["releases"]) == 7
    sums = [
        f"{google_crc32c.value(reader.get_tensor(name).tobytes()):08x}" for name in table["tensors"]
    ]
    table["releases"]["the golden snapshot"] = sums
    (tmp_path / "releases.json").write_text(json.dumps(table))
    monkeypatch.setattr(releases.resources, "files", lambda package: tmp_path)
    assert read_weights(snapshot).provenance["release"] == "the golden snapshot"

    table["releases"]["the golden snapshot"] = [*sums[:-1], "00000000"]
    (tmp_path / "releases.json").write_text(json.dumps(table))
    assert read_weights(snapshot).provenance["release"] == "none of the known releases"
