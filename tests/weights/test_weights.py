"""Weights in our own format: what a file keeps, and files that are refused."""

import numpy as np
import pytest
import safetensors.numpy
from small_network import inputs, small_arrays, small_model

from inpaint_tf.errors import InputError
from inpaint_tf.weights.archive import Weights
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import (
    read_safetensors,
    save_model,
    save_weights,
    says_detail,
)
from inpaint_tf.weights.variables import named_variables


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


def test_detail_is_off_unless_a_file_says_on(tmp_path):
    path, arrays = tmp_path / "w.safetensors", {"x": np.zeros(2, np.float32)}
    for detail in (True, False):
        save_weights(path, Weights("deepfill_v1", {}, arrays, {}, {}, detail))
        assert read_safetensors(path).detail is says_detail(path) is detail
    metadata = metadata_of(path)
    assert metadata.pop("detail") == "off"  # as in files of earlier versions
    safetensors.numpy.save_file(arrays, path, metadata)
    assert read_safetensors(path).detail is says_detail(path) is False


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
        ({"format": "pt"}, "names 'pt' in its metadata, expected 'inpaint_tf 1'"),
        ({"model": "deepfill_v9"}, "is for the model 'deepfill_v9', expected one of deepfill_v1"),
        ({"detail": "x" * 10**6}, "has the detail 'x{60}'..., 1000000 characters, expected on or"),
        ({"color_order": "BGR"}, "has the color order 'BGR', expected 'RGB'"),
        ({"options": "[1]"}, "its options are \\[1\\], expected names and values"),
        ({"provenance": "[1]"}, "its provenance are \\[1\\], expected names and values"),
        ({"options": '{"name": "x"}'}, "deepfill_v1 has no option 'name'"),
        ({"options": "{"}, "is not a readable safetensors file"),
        ({"options": "[" * 60_000}, "not a readable safetensors file: its options have 60000"),
        ({"provenance": '{"a": "%s"}' % ("x" * 70_000)}, "its provenance have 70009 letters"),
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


@pytest.mark.parametrize("dtype", ["I32", "U32"])
def test_whole_numbers_are_no_weights(tmp_path, dtype):
    """Their bits would be taken for other values."""
    path = tmp_path / "w.safetensors"
    save_model(path, small_model())
    path.write_bytes(path.read_bytes().replace(b'"F32"', f'"{dtype}"'.encode(), 1))
    with pytest.raises(InputError, match="holds u?int32; expected floating point"):
        read_weights(path)


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
