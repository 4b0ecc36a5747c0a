"""Weights: our format, the authors' checkpoints, releases."""

import json
import struct

import google_crc32c
import numpy as np
import pytest
import safetensors.numpy
import tensorflow as tf

import inpaint_tf
from inpaint_tf.errors import InputError
from inpaint_tf.weights import releases
from inpaint_tf.weights.archive import Weights
from inpaint_tf.weights.color_order import flip_color_order
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import read_safetensors, save_model, save_weights
from inpaint_tf.weights.variables import named_variables


def inputs():
    image = np.random.default_rng(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    return image * (1 - mask), mask


def small_model(**options):
    return inpaint_tf.create_model("deepfill_v1", **{"width": 4, **options})


def write_tf1(directory, arrays, name="snap-7"):
    """A TensorFlow 1 checkpoint of these arrays, written by TensorFlow's own Saver."""
    with tf.Graph().as_default():
        for key, array in arrays.items():
            tf.compat.v1.get_variable(key, initializer=tf.constant(array))
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            return tf.compat.v1.train.Saver().save(session, str(directory / name))


def small_arrays(**options):
    return {name: np.asarray(v) for name, v in named_variables(small_model(**options)).items()}


# --- names


def test_names_are_the_original_s(snapshot):
    names = {n for n, _ in tf.train.list_variables(str(snapshot)) if n.startswith("inpaint_net/")}
    assert set(named_variables(inpaint_tf.create_model("deepfill_v1"))) == names


# --- our own format


@pytest.mark.parametrize(
    "options", [{}, {"padding": "same"}, {"attention": False, "padding": "reflect"}]
)
def test_file_rebuilds_the_network_without_a_config(tmp_path, options):
    model = small_model(**options)
    save_model(tmp_path / "w.safetensors", model, provenance={"steps": 3})
    again = load_model(tmp_path / "w.safetensors")
    assert dict(again.options) == dict(model.options)
    image, mask = np.zeros([1, 72, 80, 3], np.float32), np.ones([1, 72, 80, 1], np.float32)
    np.testing.assert_array_equal(again(image, mask).refined, model(image, mask).refined)
    assert read_safetensors(tmp_path / "w.safetensors").provenance == {"steps": 3}


def test_options_override_the_file(tmp_path):
    save_model(tmp_path / "w.safetensors", small_model())
    assert load_model(tmp_path / "w.safetensors", padding="same").options["padding"] == "same"


def test_float16_halves_the_file_and_keeps_the_picture(tmp_path):
    model = small_model()
    for dtype in ("float32", "float16"):
        save_model(tmp_path / dtype, model, dtype=dtype)
    sizes = [(tmp_path / dtype).stat().st_size for dtype in ("float16", "float32")]
    assert sizes[0] < 0.65 * sizes[1]
    got = load_model(tmp_path / "float16")(*inputs()).refined
    np.testing.assert_allclose(got, model(*inputs()).refined, atol=5e-3)


def test_a_directory_of_a_training_run_is_read(tmp_path):
    save_model(tmp_path / "weights.safetensors", small_model(width=6))
    assert load_model(tmp_path).options["width"] == 6


def test_critics_travel_with_the_generator_and_are_left_out_of_it(tmp_path):
    from inpaint_tf.models.critics import GlobalCritic, LocalCritic

    critics = [LocalCritic(16, width=8), GlobalCritic((32, 48), width=8)]
    save_model(tmp_path / "w.safetensors", small_model(), critics)
    arrays = read_weights(tmp_path / "w.safetensors").arrays
    for critic in critics:
        for name, variable in named_variables(critic).items():
            np.testing.assert_array_equal(arrays[name], variable)
    assert len(named_variables(load_model(tmp_path / "w.safetensors"))) == 84


# --- the authors' checkpoints


def test_checkpoint_survives_conversion_bit_for_bit(golden_model, snapshot, tmp_path):
    save_weights(tmp_path / "w.safetensors", read_weights(snapshot))
    got = load_model(tmp_path / "w.safetensors")(*inputs())
    want = golden_model("same")(*inputs())
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
            "is a checkpoint of DeepFill v2",
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
    assert len(table["tensors"]) == 84 and len(table["releases"]) == 5
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


# --- bad files


def test_missing_empty_and_foreign_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere does not exist"):
        load_model(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is a directory without weights"):
        load_model(tmp_path)
    text = tmp_path / "text.safetensors"
    text.write_text("not weights at all, but long enough to have a header")
    with pytest.raises(InputError, match="text.safetensors is not a readable safetensors file"):
        load_model(text)
    text.write_bytes(b"")
    with pytest.raises(InputError, match="text.safetensors is not a readable safetensors file"):
        load_model(text)


def test_truncated_file_is_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    save_model(path, small_model())
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="w.safetensors is not a readable safetensors file"):
        load_model(path)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"format": "pt"}, "names pt in its metadata, expected 'inpaint_tf 1'"),
        ({"model": "deepfill_v9"}, "is for the model 'deepfill_v9', expected one of deepfill_v1"),
        ({"color_order": "BGR"}, "has the color order 'BGR', expected 'RGB'"),
        ({"options": "[1]"}, "its options are \\[1\\], expected names and values"),
        ({"provenance": "[1]"}, "its provenance are \\[1\\], expected names and values"),
        ({"options": '{"name": "x"}'}, "deepfill_v1 has no option 'name'"),
        ({"options": "{"}, "is not a readable safetensors file"),
        ({"options": '{"widht": 4}'}, "deepfill_v1 has no option 'widht'"),
        ({"options": '{"width": 6}'}, "does not fit the model: inpaint_net/conv1/kernel has shape"),
    ],
)
def test_foreign_metadata_is_refused(tmp_path, change, message):
    path = tmp_path / "w.safetensors"
    save_model(path, small_model())
    with safetensors.safe_open(path, "numpy") as file:
        metadata, names = file.metadata(), list(file.keys())
        arrays = {name: file.get_tensor(name) for name in names}
    safetensors.numpy.save_file(arrays, path, {**metadata, **change})
    with pytest.raises(InputError, match=message):
        load_model(path)


def test_missing_tensor_is_refused_by_name(tmp_path):
    arrays = small_arrays()
    del arrays["inpaint_net/allconv13_upsample/allconv13_upsample_conv/bias"]
    weights = read_weights_of(tmp_path, arrays)
    with pytest.raises(InputError, match="lacks inpaint_net/allconv13_upsample/.*_conv/bias"):
        load_model(weights)


def test_values_that_are_not_finite_are_refused(tmp_path):
    arrays = small_arrays()
    path = read_weights_of(tmp_path, arrays)
    arrays["inpaint_net/conv5/kernel"] = arrays["inpaint_net/conv5/kernel"] * np.nan
    safetensors.numpy.save_file(arrays, path, metadata_of(path))
    with pytest.raises(InputError, match="inpaint_net/conv5/kernel holds values that are not fin"):
        load_model(path)


def metadata_of(path):
    with safetensors.safe_open(path, "numpy") as file:
        return file.metadata()


def test_values_beyond_float16_are_not_written(tmp_path):
    arrays = {"inpaint_net/conv1/bias": np.array([1e5], np.float32)}
    weights = Weights("deepfill_v1", {}, arrays, {}, {})
    with pytest.raises(InputError, match="conv1/bias holds values that are not finite as float16"):
        save_weights(tmp_path / "w.safetensors", weights, "float16")
    save_weights(tmp_path / "w.safetensors", weights)


def read_weights_of(tmp_path, arrays):
    path = tmp_path / "w.safetensors"
    save_weights(path, Weights("deepfill_v1", {"width": 4}, arrays, {}, {}))
    return path


def test_nothing_is_written_where_writing_fails(tmp_path):
    with pytest.raises(InputError, match="is a directory"):
        save_model(tmp_path, small_model())
    with pytest.raises(InputError, match="the directory .* does not exist"):
        save_model(tmp_path / "no" / "w.safetensors", small_model())
    assert list(tmp_path.iterdir()) == []
