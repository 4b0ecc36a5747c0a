"""`python export.py`: what it writes, what it refuses, and that it leaves nothing behind."""

import hashlib
import os
import pathlib
import resource
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.cli.export import main
from inpaint_tf.errors import InputError
from inpaint_tf.export import bundle, self_check
from inpaint_tf.export.cost import convolution_gflops, parameters
from inpaint_tf.export.precision import make_generator
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.models.registry import create_model
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import save_model

ROOT = pathlib.Path(__file__).parents[2]


def tree(directory):
    return sorted(str(path.relative_to(directory)) for path in pathlib.Path(directory).rglob("*"))


@pytest.fixture(scope="module")
def baseline_weights(tmp_path_factory):
    """The smallest network: without attention."""
    path = tmp_path_factory.mktemp("weights") / "baseline.safetensors"
    save_model(path, create_model("deepfill_v1", width=2, attention=False))
    return path


def test_bundle_holds_everything(exported, small_weights):
    assert {path.name for path in exported.directory.iterdir()} == {
        "1",
        "models.config",
        "model_card_1.md",
        "docker_commands.txt",
        "monitoring.config",
    }
    assert {"saved_model.pb", "variables", "batching_params.pbtxt", "assets.extra"} <= {
        path.name for path in exported.version.iterdir()
    }
    assert 'base_path: "/models/deepfill"' in (exported.directory / "models.config").read_text()
    card = (exported.directory / "model_card_1.md").read_text()
    assert hashlib.sha256(small_weights.read_bytes()).hexdigest() in card
    assert "| steps | 3 |" in card and tf.__version__ in card
    assert "| file | small.safetensors |" in card and str(small_weights.parent) not in card
    assert "| explain | 0 of 255 levels |" in card
    commands = (exported.directory / "docker_commands.txt").read_text()
    assert f"source={exported.directory},target=/models/deepfill" in commands
    assert "-p 127.0.0.1:8501:8501 --memory 4g" in commands and "latest" not in commands


def test_a_server_s_user_may_read_it(exported):
    mask = os.umask(0)
    os.umask(mask)
    for path in [exported.version, *exported.directory.rglob("*")]:
        wanted = 0o755 if path.is_dir() else 0o644
        assert path.stat().st_mode & 0o777 & wanted == wanted & ~mask, path


def test_saved_graph_is_free_of_what_cannot_be_served(exported):
    from tensorflow.core.protobuf import saved_model_pb2

    data = (exported.version / "saved_model.pb").read_bytes()
    saved = saved_model_pb2.SavedModel.FromString(data)
    graph = saved.meta_graphs[0].graph_def
    nodes = [*graph.node, *(node for f in graph.library.function for node in f.node_def)]
    assert not {node.op for node in nodes} & {"PyFunc", "EagerPyFunc", "PyFuncStateless"}
    assert not any(node.attr["_XlaMustCompile"].b for node in nodes)
    codecs = [node for node in nodes if node.op in ("DecodePng", "DecodeJpeg", "EncodePng")]
    assert len(codecs) >= 3 and all("CPU:0" in node.device for node in codecs)
    for signature in saved.meta_graphs[0].signature_def.values():
        for info in signature.inputs.values():
            assert info.tensor_shape.dim and info.tensor_shape.dim[0].size == -1
        for name, info in signature.outputs.items():
            assert (info.dtype == tf.string.as_datatype_enum) == name.endswith("_bytes")


@pytest.mark.slow
def test_the_next_version_swaps_the_default_and_stores_halves(tmp_path, baseline_weights, picture):
    directory = tmp_path / "baseline"
    (directory / "8").mkdir(parents=True)
    arguments = ["--precision=float16", "--default_signature=encoded", "--warmup_sizes="]
    arguments += [f"--weights={baseline_weights}", f"--output_dir={directory}", "--no_check"]
    quiet = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, ROOT / "export.py", *arguments], capture_output=True, text=True, env=quiet
    )
    assert (done.returncode, done.stderr) == (0, "") and "notice" not in done.stdout
    assert {path.name for path in directory.iterdir()} >= {"8", "9", "model_card_9.md"}
    assert not (directory / "9" / "assets.extra").exists()

    loaded = tf.saved_model.load(str(directory / "9"))
    kinds = {variable.dtype for variable in loaded.generator_weights.values()}
    assert kinds == {tf.float16}
    outputs = {name: set(f.structured_outputs) for name, f in loaded.signatures.items()}
    assert outputs["serving_default"] == {"completed_bytes", "error_bytes"}
    assert outputs["explain"] == {"completed", "coarse", "refined"}  # there is no attention
    image, mask = picture(1, 64, 72)
    got = loaded.signatures["pixels"](image=tf.constant(image), mask=tf.constant(mask[..., None]))
    want = Inpainter(load_model(baseline_weights))(image, mask)
    assert np.abs(got["completed"].numpy().astype(int) - want).max() <= 2
    assert (want != image).any()


def test_bfloat16_computes_attention_in_float32(small_weights):
    weights = read_weights(small_weights)
    model = make_generator(weights, "bfloat16", "w")
    image = np.random.default_rng(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    got = model(image * (1 - mask), mask).refined
    want = make_generator(weights, "float32", "w")(image * (1 - mask), mask).refined
    assert got.dtype == tf.float32
    # 8 bits of mantissa through thirty layers.
    np.testing.assert_allclose(got, want, atol=0.02)
    assert np.abs(np.asarray(got) - want).max() > 1e-5
    attended, _ = model.refinement_network.attention(*[tf.zeros([1, 8, 8, 4], tf.bfloat16)] * 2)
    assert attended.dtype == tf.float32


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_attention_of_empty_features_is_finite(small_weights, precision):
    model = make_generator(read_weights(small_weights), precision, "w")
    attended, _ = model.refinement_network.attention(*[tf.zeros([1, 8, 8, 4], precision)] * 2)
    assert np.isfinite(attended).all()


def test_cost_of_the_release():
    model = create_model("deepfill_v1")
    assert parameters(model) == 3_601_542
    # 44.9 GFLOP at 256x256.
    assert convolution_gflops(model) * 0.256**2 == pytest.approx(44.9, abs=0.05)


# --- refusals


def refused(capsys, *arguments):
    """The sentence with which the command refuses."""
    assert main(list(arguments)) == 2
    output = capsys.readouterr()
    assert output.err.startswith("error: ") and output.err.count("\n") == 1
    return output.err


def test_weights_that_cannot_be_used(tmp_path, capsys):
    out = f"--output_dir={tmp_path / 'model'}"
    assert "missing.safetensors does not exist" in refused(
        capsys, "--weights=missing.safetensors", out
    )
    other = tmp_path / "other.safetensors"
    other.write_bytes(b"something else altogether")
    assert "not a readable safetensors file" in refused(capsys, f"--weights={other}", out)
    assert tree(tmp_path) == ["other.safetensors"]


@pytest.mark.parametrize(
    "argument, sentence",
    [
        ("--precision=float8", "float8"),
        ("--default_signature=explain", "explain"),
        ("--version=0", "version"),
        ("--warmup_sizes=256", "--warmup_sizes 256 is not a size"),
        ("--warmup_sizes=256x256,0x3", "--warmup_sizes 0x3 is not a size"),
    ],
)
def test_flags_that_cannot_be_used(tmp_path, capsys, small_weights, argument, sentence):
    model = tmp_path / "model"
    said = refused(capsys, f"--weights={small_weights}", f"--output_dir={model}", argument)
    assert sentence in said
    assert tree(tmp_path) == []


def test_directories_that_cannot_be_used(tmp_path, capsys, small_weights):
    weights = f"--weights={small_weights}"
    assert "--output_dir is needed" in refused(capsys, weights)
    (tmp_path / "file").write_text("")
    assert "file is a file" in refused(capsys, weights, f"--output_dir={tmp_path / 'file'}")
    below = tmp_path / "file" / "model"
    assert "cannot be written" in refused(capsys, weights, f"--output_dir={below}")
    assert "names the model 'a b'" in refused(capsys, weights, f"--output_dir={tmp_path / 'a b'}")
    (tmp_path / "model" / "7").mkdir(parents=True)
    said = refused(capsys, weights, f"--output_dir={tmp_path / 'model'}", "--version=7")
    assert "already holds version 7" in said
    assert tree(tmp_path) == ["file", "model", "model/7"]


WITHOUT_OVERRIDE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which(WITHOUT_OVERRIDE[0]) is None,
    reason="root may write everywhere, and there is no setpriv to run without that right",
)
def test_a_closed_directory_is_refused(tmp_path, small_weights):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    command = [sys.executable, "export.py", f"--weights={small_weights}"]
    command += [f"--output_dir={closed / 'model'}"]
    if os.geteuid() == 0:
        command = [*WITHOUT_OVERRIDE, *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"cannot be written: {closed} is closed to us" in done.stderr
    assert tree(closed) == []


class TinyModule(tf.Module):
    """Takes the network's place: half a megabyte of weights, and a signature that adds one."""

    def __init__(self, *_, **__):
        super().__init__()
        self.weight = tf.Variable(tf.ones([128, 1024]))

    def signatures(self, _):
        return {"serving_default": self.add}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "x")])
    def add(self, x):
        return {"y": x + self.weight[0, 0]}


def test_full_disk_leaves_nothing(tmp_path, capsys, baseline_weights, monkeypatch):
    monkeypatch.setattr(bundle, "InpaintingModule", TinyModule)
    (tmp_path / "before").write_text("kept")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit[1]))
    try:
        model = tmp_path / "new" / "model"
        said = refused(capsys, f"--weights={baseline_weights}", f"--output_dir={model}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert "model cannot be written" in said
    assert tree(tmp_path) == ["before"]


def test_a_version_that_fails_its_check_is_removed(tmp_path, capsys, baseline_weights, monkeypatch):
    def check(signatures, *_):
        assert list(signatures) == ["serving_default"]
        raise InputError("the exported model differs.")

    monkeypatch.setattr(bundle, "InpaintingModule", TinyModule)
    monkeypatch.setattr(bundle, "check", check)
    model = tmp_path / "model"
    said = refused(capsys, f"--weights={baseline_weights}", f"--output_dir={model}")
    assert said == "error: the exported model differs.\n"
    assert tree(tmp_path) == []


@pytest.fixture
def quick_check(monkeypatch):
    """The check without compiling its own network: bits do not matter where results differ."""
    monkeypatch.setattr(self_check, "CompiledGenerator", lambda model: model)


def test_check_notices_other_weights(signatures, quick_check):
    other = create_model("deepfill_v1", width=4)
    every = r"pixels by \d+, encoded by \d+, explain by \d+, features by \d+ of 255 levels"
    with pytest.raises(InputError, match=f"differs from the Inpainter: {every}"):
        self_check.check(signatures, other, "pixels", True)


def test_check_notices_changed_pixels(signatures, quick_check):
    def inverting(image, mask):
        """Takes masks the other way round."""
        return signatures["serving_default"](image=image, mask=255 - mask)

    model = create_model("deepfill_v1", width=4)
    changed = {**signatures, "serving_default": inverting}
    with pytest.raises(InputError, match="serving_default changes pixels outside the hole"):
        self_check.check(changed, model, "pixels", True)


def test_gradients_are_not_saved(signatures):
    functions = signatures["explain"].graph.as_graph_def().library.function
    assert len(functions) > 5
    assert not [each.signature.name for each in functions if "grad" in each.signature.name]
