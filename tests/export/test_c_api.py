"""The exported model in TF Serving's own loader, in a process without Python TensorFlow."""

import io
import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from c_api_runner import pack, unpack
from PIL import Image
from proto_definitions import PredictionLog

from inpaint_tf.inference.arrays import as_holes
from inpaint_tf.ops.image import to_float, to_uint8

RUNNER = pathlib.Path(__file__).with_name("c_api_runner.py")


def read_signatures(version):
    """name -> SignatureDef."""
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel.FromString((version / "saved_model.pb").read_bytes())
    return saved.meta_graphs[0].signature_def


def session_options(network):
    """Serialized options of the session that runs a network.

    One network, on one stack, has what TF Serving does if it is not told otherwise. Another goes
    through its graphs once, not twice, to optimize them, and leaves out what changes neither
    numbers nor anything on a processor: half the time. On the addons stack they run as traced, as
    the Inpainter does there: other fused operations round in another way.
    """
    options = tf.compat.v1.ConfigProto()
    rewriting = options.graph_options.rewrite_options
    if keras.__version__.startswith("2."):
        rewriting.disable_meta_optimizer = True
    elif network != "deepfill_v1":
        rewriting.meta_optimizer_iterations = rewriting.ONE
        rewriting.memory_optimization = rewriting.NO_MEM_OPT
        rewriting.layout_optimizer = rewriting.OFF
        rewriting.experimental_conditional_code_motion = rewriting.OFF
    return options.SerializeToString()


def run(version, requests, directory, options):
    """Runs (signature, dict of inputs) requests; gives a list of dicts of outputs."""
    signatures, jobs, arrays = read_signatures(version), [], {}

    def place(info):
        operation, _, index = info.name.partition(":")
        return operation, int(index)

    for number, (name, inputs) in enumerate(requests):
        signature, job = signatures[name], {"inputs": [], "outputs": []}
        for key, value in inputs.items():
            arrays.update(pack(f"{number}.{key}", value))
            job["inputs"].append([f"{number}.{key}", *place(signature.inputs[key])])
        for key, info in signature.outputs.items():
            job["outputs"].append([f"{number}.{key}", *place(info)])
        jobs.append(job)
    files = [str(directory / name) for name in ("jobs.json", "in.npz", "out.npz")]
    pathlib.Path(files[0]).write_text(json.dumps(jobs))
    np.savez(files[1], **arrays)
    libraries = os.path.dirname(tf.__file__)
    command = [sys.executable, str(RUNNER), libraries, str(version), *files, options.hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(files[2]) as results:
        return [
            {key: unpack(results, f"{number}.{key}") for key in signatures[name].outputs}
            for number, (name, _) in enumerate(requests)
        ]


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def decoded(data):
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.fixture(scope="module")
def answers(exported, picture, tmp_path_factory):
    """Every request of this file, answered by one process."""
    requests = {}
    for batch, height, width in ((1, 8, 8), (2, 37, 53), (8, 24, 40), (1, 128, 96)):
        image, mask = picture(batch, height, width)
        requests["pixels", batch, height, width] = (
            "serving_default",
            {"image": image, "mask": mask[..., None]},
        )
    image, mask = picture(2, 40, 48)
    ends = np.stack([np.full_like(mask[0], 127), np.full_like(mask[0], 128)])
    requests["ends"] = ("serving_default", {"image": image, "mask": ends[..., None]})
    image, mask = picture(2, 45, 70)
    requests["explain"] = ("explain", {"image": image, "mask": mask[..., None]})
    image, mask = picture(2, 64, 80)
    holes = as_holes(mask, *mask.shape)
    requests["features"] = (
        "features",
        {"image": to_float(image).numpy(), "mask": holes.astype(np.float32)},
    )
    requests["encoded"] = ("encoded", files_of(picture))
    for number, log in enumerate(warmup_logs(exported.version)):
        request = log.predict_log.request
        inputs = {key: as_input(value) for key, value in request.inputs.items()}
        requests["warm-up", number] = (request.model_spec.signature_name, inputs)
    directory = tmp_path_factory.mktemp("c_api")
    options = session_options(exported.network)
    results = run(exported.version, list(requests.values()), directory, options)
    given = {key: inputs for key, (_, inputs) in requests.items()}
    return dict(zip(requests, zip(given.values(), results)))


def files_of(picture):
    """Colour, grey and transparent pictures of different sizes, and unusable ones in between."""
    image, mask = picture(3, 37, 53)
    small, small_mask = picture(1, 20, 31)
    alpha = np.dstack([image[2], image[0][..., 0]])
    grey_alpha = io.BytesIO()
    Image.fromarray(image[0][..., :2]).save(grey_alpha, "PNG")
    deep = io.BytesIO()
    Image.fromarray(image[0][..., 0].astype(np.uint16) * 257).save(deep, "PNG")
    images = [
        png(image[0]),
        b"no picture",
        png(small[0][..., 0]),
        png(alpha),
        png(image[1])[:-40],
        png(image[1]),
        grey_alpha.getvalue(),
        deep.getvalue(),
        b"",
    ]
    masks = [
        png(mask[0]),
        png(mask[0]),
        png(small_mask[0]),
        png(np.dstack([mask[2]] * 3)),
        png(mask[0]),
        png(small_mask[0]),
        png(mask[0]),
        png(mask[0]),
        png(mask[0]),
    ]
    return {"image_bytes": images, "mask_bytes": masks}


def as_input(proto):
    value = tf.make_ndarray(proto)
    return list(value) if value.dtype == object else value


def warmup_logs(version):
    path = version / "assets.extra" / "tf_serving_warmup_requests"
    records = tf.data.TFRecordDataset([str(path)])
    return [PredictionLog.FromString(record) for record in records.as_numpy_iterator()]


@pytest.mark.parametrize("key", [(1, 8, 8), (2, 37, 53), (8, 24, 40), (1, 128, 96)])
def test_pixels_are_the_inpainter_s(exported, answers, key):
    inputs, got = answers[("pixels", *key)]
    want = exported.inpainter(inputs["image"], inputs["mask"])
    np.testing.assert_array_equal(got["completed"], want)
    known = np.broadcast_to(inputs["mask"] < 128, want.shape)
    np.testing.assert_array_equal(got["completed"][known], inputs["image"][known])
    assert (got["completed"] != inputs["image"]).any()


def test_an_empty_hole_returns_the_image_and_a_full_one_is_computed(exported, answers):
    inputs, got = answers["ends"]
    np.testing.assert_array_equal(got["completed"][0], inputs["image"][0])
    want = exported.inpainter(inputs["image"][1], inputs["mask"][1, ..., 0])
    np.testing.assert_array_equal(got["completed"][1], want)
    assert (want != inputs["image"][1]).mean() > 0.9


def test_explain_is_the_inpainter_s(exported, answers):
    inputs, got = answers["explain"]
    want = exported.inpainter.stages(inputs["image"], inputs["mask"])
    np.testing.assert_array_equal(got["completed"], want.completed)
    np.testing.assert_array_equal(to_uint8(got["coarse"]), want.coarse)
    np.testing.assert_array_equal(to_uint8(got["refined"]), want.refined)
    np.testing.assert_array_equal(got["attention_rgb"], want.offset_colors)
    assert got["offsets"].shape == (2, 6, 9, 2) and got["offsets"].dtype == np.int32


def test_features_are_the_network_s(exported, answers):
    inputs, got = answers["features"]
    image, mask = inputs["image"], inputs["mask"]
    want = exported.inpainter.model(tf.constant(image * (1 - mask)), tf.constant(mask))
    # Another graph, and so another order of sums.
    np.testing.assert_allclose(got["coarse"], want.coarse, atol=1e-5)
    np.testing.assert_allclose(got["refined"], want.refined, atol=1e-5)


def test_encoded_pictures_keep_their_channels(exported, answers):
    inputs, got = answers["encoded"]
    for number in (0, 2, 3):
        image = decoded(inputs["image_bytes"][number])
        mask = decoded(inputs["mask_bytes"][number])
        want = exported.inpainter(image, mask if mask.ndim == 2 else mask[..., 0])
        completed = decoded(got["completed_bytes"][number])
        assert completed.shape == image.shape and (completed != image).any()
        np.testing.assert_array_equal(completed, want)
        assert got["error_bytes"][number] == b""


@pytest.mark.parametrize(
    "number, sentence",
    [
        (1, b"Item 1: image_bytes is not a PNG or JPEG picture that can be decoded."),
        (4, b"Item 4: image_bytes is not a PNG or JPEG picture that can be decoded."),
        (5, b"Item 5: mask_bytes has 20 rows and 31 columns, image_bytes 37 rows and 53 columns."),
        (6, b"Item 6: image_bytes has 2 channels, expected 1, 3 or 4."),
        (7, b"Item 7: image_bytes has 16 bits a channel, expected 8."),
        (8, b"Item 8: image_bytes is not a PNG or JPEG picture that can be decoded."),
    ],
)
def test_a_bad_item_harms_no_other(answers, number, sentence):
    _, got = answers["encoded"]
    assert got["completed_bytes"][number] == b""
    assert got["error_bytes"][number] == sentence


def test_warm_up_replays(answers):
    replayed = [got for key, (_, got) in answers.items() if key[0] == "warm-up"]
    assert len(replayed) == 4
    assert replayed[0]["completed"].shape == (1, 64, 72, 3)
    assert decoded(replayed[1]["completed_bytes"][0]).shape == (64, 72, 3)
    assert replayed[2]["completed"].shape == (1, 40, 24, 3)
    assert replayed[3]["error_bytes"] == [b""]
