"""One exported model for all tests of serving, and a stand-in server for those of the client."""

import pathlib
import threading
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from client_harness import QuietServer, StandIn
from PIL import Image
from seeded import seed_weights
from small_networks import lively

from inpaint_tf.models.registry import create_model


class Exported(NamedTuple):
    """network: its name. directory: of the model. version: its directory. inpainter: what it must
    agree with. loaded: the version, as the export's own check loaded it."""

    network: str
    directory: pathlib.Path
    version: pathlib.Path
    inpainter: object
    loaded: object


# Small networks; fresh gated ones of this size say nothing at all.
NETWORKS = {
    "deepfill_v1": lambda: create_model("deepfill_v1", width=4),
    "deepfill_v2": lambda: lively("deepfill_v2"),
}


@pytest.fixture(
    scope="session", params=["deepfill_v1", pytest.param("deepfill_v2", marks=pytest.mark.slow)]
)
def small_weights(request, tmp_path_factory):
    """A weights file of a narrow network."""
    from inpaint_tf.weights.safetensors import save_model

    seed_weights(0)
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    save_model(path, NETWORKS[request.param](), provenance={"steps": 3})
    return path


@pytest.fixture(scope="session")
def exported(small_weights, tmp_path_factory):
    """`python export.py` run once, its own check included."""
    from inpaint_tf.cli.export import main
    from inpaint_tf.export import self_check
    from inpaint_tf.inference.compiled import CompiledGenerator
    from inpaint_tf.inference.inpainter import Inpainter
    from inpaint_tf.weights.load import load_model, read_weights
    from inpaint_tf.weights.variables import named_variables

    directory = tmp_path_factory.mktemp("models") / "deepfill"
    arguments = [f"--weights={small_weights}", f"--output_dir={directory}"]
    load, loaded, models = tf.saved_model.load, [], []

    def compiled(model):
        models.append((model, CompiledGenerator(model)))
        return models[-1][1]

    # What the check compiles is asked again by other tests.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf.saved_model, "load", lambda path: loaded.append(load(path)) or loaded[-1])
        patch.setattr(self_check, "CompiledGenerator", compiled)
        assert main([*arguments, "--warmup_sizes=64x72,40x24"]) == 0
    (version,), ((model, generator),) = loaded, models
    exported_weights, weights = map(named_variables, (model, load_model(small_weights)))
    for name, variable in weights.items():
        np.testing.assert_array_equal(exported_weights[name], variable, err_msg=name)
    network = read_weights(small_weights).model
    return Exported(network, directory, directory / "1", Inpainter(generator), version)


@pytest.fixture(scope="session")
def signatures(exported):
    """The exported model's signatures, by name; first calls take seconds, and they had theirs."""
    return exported.loaded.signatures


@pytest.fixture(scope="session")
def picture():
    """A function of (batch, height, width, seed) that gives pictures and masks of their own."""

    def make(batch, height, width, seed=0):
        random = np.random.default_rng(seed)
        image = random.integers(0, 256, [batch, height, width, 3], dtype=np.uint8)
        mask = np.zeros([batch, height, width], np.uint8)
        for item in range(batch):
            mask[item, item : height // 2 + item, width // 3 : width // 2 + item] = 255
            mask[item, item : height // 2 + item, width // 3] = 128  # hole as well
            mask[item, -1 - item % 4, :] = 127  # known
        return image, mask

    return make


@pytest.fixture
def server():
    """A running stand-in; `server.answer` decides what it says."""
    running = QuietServer(("127.0.0.1", 0), StandIn)
    running.requests = []
    running.address = f"127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def files(tmp_path, picture, monkeypatch):
    """The working directory, with photo.png and mask.png in it."""
    monkeypatch.chdir(tmp_path)
    image, mask = picture(1, 37, 53)
    Image.fromarray(image[0]).save("photo.png")
    Image.fromarray(mask[0]).save("mask.png")
    return tmp_path
