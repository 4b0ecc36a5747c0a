"""`export.py --format litert`: one file for phones, with nothing but built-in operations."""

import sys

import numpy as np
import pytest
import tensorflow as tf
from extras import needs_extra
from PIL import Image

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/training")

from run_files import write_pictures

from inpaint_tf.cli.export import main
from inpaint_tf.export.litert import run_litert, to_litert
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.weights.load import load_model

SIZE = (72, 88)


@pytest.fixture(scope="module")
def litert_file(small_weights, tmp_path_factory):
    directory = tmp_path_factory.mktemp("litert") / "deepfill"
    arguments = [f"--weights={small_weights}", f"--output_dir={directory}", "--format=litert"]
    assert main([*arguments, "--size=72x88"]) == 0
    return directory / "deepfill_72x88_float32.tflite"


def completes_as_the_inpainter(complete, weights, picture):
    image, mask = picture(1, *SIZE)
    wanted = Inpainter(load_model(weights))(image, mask)
    found = complete(image, mask[..., None])
    hole = mask >= 128
    np.testing.assert_array_equal(found[~hole], image[~hole])
    assert np.abs(found.astype(int) - wanted)[hole].max() <= 1
    assert np.abs(found.astype(int) - image)[hole].max() > 1  # it fills the hole


@pytest.mark.filterwarnings("error::UserWarning")
def test_file_completes_as_the_inpainter_does(litert_file, small_weights, picture):
    content = litert_file.read_bytes()
    completes_as_the_inpainter(
        lambda image, mask: run_litert(content, image, mask), small_weights, picture
    )


@needs_extra("litert", "ai_edge_litert")
def test_file_runs_without_tensorflow(litert_file, small_weights, picture):
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_path=str(litert_file), num_threads=2).get_signature_runner()
    completes_as_the_inpainter(
        lambda image, mask: runner(image=image, mask=mask)["completed"], small_weights, picture
    )


def test_file_holds_built_in_operations_alone(litert_file):
    interpreter = tf.lite.Interpreter(model_content=litert_file.read_bytes())
    names = {operation["op_name"] for operation in interpreter._get_ops_details()}
    assert "CONV_2D" in names and not any(
        name.startswith("Flex") or name == "CUSTOM" for name in names
    )


def test_an_unknown_precision_is_an_error(narrow):
    with pytest.raises(ValueError, match="precision is 'int4'; expected one of float32, float16"):
        to_litert(narrow, *SIZE, "int4")


def test_card_says_what_the_file_takes(litert_file):
    card = litert_file.with_suffix(".md").read_text()
    assert "image uint8[1, 72, 88, 3]" in card and "largest difference to the network" in card


# Each precision once, and each network once.
@pytest.mark.slow
@pytest.mark.parametrize(
    "small_weights, precision, share, stored",
    [
        ("deepfill_v1", "float16", 0.45, np.float16),
        ("deepfill_v2", "int8_weights", 0.6, np.int8),
    ],
    indirect=["small_weights"],
)
def test_smaller_precisions_make_smaller_files(
    litert_file, small_weights, tmp_path, precision, share, stored
):
    arguments = [f"--weights={small_weights}", f"--output_dir={tmp_path}/d", "--format=litert"]
    assert main([*arguments, "--size=72x88", f"--precision={precision}"]) == 0
    (small,) = (tmp_path / "d").glob("*.tflite")
    weights = 4 * 58086  # bytes of the float32 numbers; operations and sizes stay
    assert litert_file.stat().st_size - small.stat().st_size > share * weights
    interpreter = tf.lite.Interpreter(model_content=small.read_bytes())
    kinds = {tensor["dtype"] for tensor in interpreter.get_tensor_details()}
    assert kinds & {np.float16, np.int8} == {stored}


@pytest.mark.slow
def test_int8_computes_convolutions_in_the_ranges_of_pictures(small_weights, tmp_path, capfd):
    photos = write_pictures(tmp_path / "photos", count=7, size=(80, 96))
    arguments = [f"--weights={small_weights}", f"--output_dir={tmp_path}/d", "--format=litert"]
    int8 = ["--size=72x88", "--precision=int8", f"--calibration={photos}"]
    assert main([*arguments, *int8]) == 0
    said = capfd.readouterr()
    assert "likeness to the network in holes of 2 pictures: " in said.out and not said.err
    content = (tmp_path / "d" / "d_72x88_int8.tflite").read_bytes()
    interpreter = tf.lite.Interpreter(model_content=content)
    details = {tensor["index"]: tensor["dtype"] for tensor in interpreter.get_tensor_details()}
    kinds = {}
    for operation in interpreter._get_ops_details():
        kinds.setdefault(operation["op_name"], set()).add(details[operation["outputs"][0]])
    assert kinds["CONV_2D"] == {np.int8} and kinds["ELU"] == {np.float32}
    # It completes, and differs from the weights' precision by little.
    image = np.asarray(Image.open(photos / "0.jpg"))[None, :72, :88]
    mask = np.zeros([1, 72, 88, 1], np.uint8)
    mask[:, 20:44, 30:66] = 255
    model = load_model(small_weights)
    wanted = Inpainter(model)(image, mask[..., 0])
    found = run_litert(content, image, mask)
    hole = mask[..., 0] >= 128
    np.testing.assert_array_equal(found[~hole], image[~hole])
    assert np.abs(found.astype(int) - wanted)[hole].mean() < 12


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--format=litert", "--precision=int8"], "--calibration belong together"),
        (["--format=litert", "--calibration=x"], "--calibration belong together"),
        (
            ["--format=litert", "--size=70x88"],
            "--size has a height of 70; expected a multiple of 8",
        ),
        (["--format=litert", "--size=88"], "--size 88 is not a size"),
        (["--format=litert", "--precision=bfloat16"], "does not go with --format litert"),
        (["--precision=int8_weights"], "does not go with --format savedmodel"),
        (["--size=256x256"], "--size is about --format litert"),
    ],
)
def test_what_cannot_be_made_is_a_sentence(small_weights, tmp_path, capsys, arguments, sentence):
    given = [f"--weights={small_weights}", f"--output_dir={tmp_path}/d"]
    assert main([*given, *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.tflite"))
