"""`export.py --format onnx`: one file for other runtimes, compared by onnxruntime."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from extras import needs_extra
from small_networks import lively

from inpaint_tf.cli.export import main
from inpaint_tf.errors import InputError
from inpaint_tf.export.onnx_graph import WHOLE_MAP, run_onnx, to_onnx
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.models.registry import create_model
from inpaint_tf.weights.load import load_model

needs_onnx = needs_extra("onnx", "tf2onnx", "onnxruntime")


def complete_like(content, model, image, mask):
    """Whether a file completes as the Inpainter does with the same network."""
    wanted = Inpainter(model)(image, mask)
    found = run_onnx(content, image, mask[..., None])
    hole = mask >= 128
    np.testing.assert_array_equal(found[~hole], image[~hole])
    assert np.abs(found.astype(int) - wanted)[hole].max() <= 1
    assert np.abs(found.astype(int) - image)[hole].max() > 1  # it fills the hole


@needs_onnx
def test_the_command_writes_a_file_that_completes_as_the_inpainter(
    small_weights, tmp_path, picture, capsys
):
    import onnx

    arguments = [f"--weights={small_weights}", f"--output_dir={tmp_path}/deepfill"]
    assert main([*arguments, "--format=onnx", "--size=72x88"]) == 0
    file = tmp_path / "deepfill" / "deepfill_72x88_float32.onnx"
    said = capsys.readouterr()
    assert f"{file} is ready." in said.out and not said.err
    versions = onnx.load_from_string(file.read_bytes()).opset_import
    assert [each.version for each in versions if each.domain == ""] == [17]
    complete_like(file.read_bytes(), load_model(small_weights), *picture(1, 72, 88))
    card = file.with_suffix(".md").read_text()
    assert "image uint8[1, 72, 88, 3]" in card and "largest difference to the network" in card


@needs_onnx
@pytest.mark.slow
@pytest.mark.parametrize(
    "make, size",
    [
        (lambda: lively("deepfill_v1", features=2), (512, 512)),
        (lambda: lively("deepfill_v2", features=2, padding="same"), (64, 104)),
        (lambda: create_model("deepfill_v1", width=4, attention=False), (64, 72)),
        (lambda: create_model("partial_conv_unet", width=4, levels=3), (64, 72)),
    ],
)
def test_other_networks_and_sizes(make, size, picture):
    model = make()
    memory = getattr(model.attention, "memory", None)
    content = to_onnx(model, *size)
    complete_like(content, model, *picture(1, *size))
    assert getattr(model.attention, "memory", None) == memory


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--size=70x88"], "--size has a height of 70; expected a multiple of 8"),
        (["--precision=float16"], "does not go with --format onnx; expected one of float32"),
        (["--detail=on"], "--detail on does not go with --format onnx"),
    ],
)
def test_what_cannot_be_made_is_a_sentence(small_weights, tmp_path, capsys, arguments, sentence):
    given = [f"--weights={small_weights}", f"--output_dir={tmp_path}/d", "--format=onnx"]
    assert main([*given, *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.onnx"))


@pytest.mark.parametrize("package", ["tf2onnx", "onnxruntime"])
def test_a_missing_extra_is_a_sentence(small_weights, tmp_path, capsys, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    given = [f"--weights={small_weights}", f"--output_dir={tmp_path}/d", "--format=onnx"]
    assert main(given) == 2
    assert "pip install 'inpaint_tf[onnx]'" in capsys.readouterr().err


def test_an_unknown_precision_is_an_error(narrow):
    with pytest.raises(ValueError, match="precision is 'float16'; expected float32"):
        to_onnx(narrow, 64, 72, "float16")


@needs_onnx
def test_attention_is_converted_whole_and_operations_of_others_are_refused(narrow, monkeypatch):
    import tf2onnx

    before, seen = narrow.attention.memory, []

    def converted(*_, **__):
        seen.append(narrow.attention.memory)
        nodes = [SimpleNamespace(domain=domain) for domain in ("", "ai.onnx", "com.other")]
        return SimpleNamespace(graph=SimpleNamespace(node=nodes)), None

    monkeypatch.setattr(tf2onnx.convert, "from_function", converted)
    with pytest.raises(InputError, match="the ONNX file needs operations of com.other"):
        to_onnx(narrow, 64, 72)
    assert seen == [WHOLE_MAP] and narrow.attention.memory == before != WHOLE_MAP
