"""What every test shares: golden data and the model that holds the golden weights."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import lzma
import pathlib
import random
import sys
import tarfile

import numpy as np
import pytest

# Files whose tests share what takes long to make: of several workers, one runs them all.
TOGETHER = {
    "tests/export/test_bundle.py": "exported",
    "tests/export/test_c_api.py": "exported",
    "tests/export/test_client.py": "exported",
    "tests/export/test_module.py": "exported",
    "tests/cli/test_inpaint_network.py": "networks",
    "tests/cli/test_train.py": "trained",
    "tests/inference/test_inpainter.py": "golden model",
    "tests/layers/test_contextual_attention.py": "attention",
    "tests/models/test_complete.py": "compiled",
    "tests/models/test_golden_generators.py": "golden model",
    "tests/training/test_distribution.py": "distributed",
    "tests/training/test_golden_losses.py": "losses",
    "tests/training/test_resume.py": "resumed",
    "tests/training/test_resume_processes.py": "resumed",
    "tests/training/test_steps.py": "steps",
}
SEED = 20180617
GOLDEN = pathlib.Path(__file__).parent / "golden"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Fresh weights are the same in every run, whichever tests ran before; fixtures come later."""
    # What Keras draws its seeds from. Not `keras.utils.set_random_seed`: TensorFlow's own seed,
    # which nothing here depends on, makes every compiled function be optimized anew.
    random.seed(SEED)
    np.random.seed(SEED)
    keras_2 = getattr(sys.modules.get("keras.src.backend"), "_SEED_GENERATOR", None)
    if keras_2 is not None:
        keras_2.generator = random.Random(SEED)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """How pytest-xdist, which makes fixtures anew for every worker, hands out the tests."""
    if config.getvalue("dist") != "load":  # asked for another way
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return TOGETHER.get(nodeid.split("::")[0], nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def golden():
    """A function of a name such as "v1_generator/same_64x64_b1" that gives its arrays."""

    def load(name):
        with np.load(GOLDEN / f"{name}.npz") as arrays:
            return dict(arrays)

    return load


def unpacked(archive, directory):
    """`directory`, with the files of a golden archive in it."""
    with lzma.open(GOLDEN / archive) as file, tarfile.open(fileobj=file) as members:
        for member in members:
            if member.isfile():
                name = os.path.basename(member.name)
                (directory / name).write_bytes(members.extractfile(member).read())
    return directory


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory):
    """The directory of the golden TensorFlow 1 checkpoint."""
    return unpacked("v1_snapshot.tar.xz", tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="session")
def snapshot_v2(tmp_path_factory):
    """The directory of the golden TensorFlow 1 checkpoint of DeepFill v2."""
    return unpacked("v2/v2_snapshot.tar.xz", tmp_path_factory.mktemp("snapshot_v2"))


@pytest.fixture(scope="session")
def golden_model(snapshot, snapshot_v2):
    """A function of a padding and a name that gives the generator with the golden weights."""
    from inpaint_tf.weights.load import load_model

    models, snapshots = {}, {"deepfill_v1": snapshot, "deepfill_v2": snapshot_v2}

    def load(padding="same", name="deepfill_v1"):
        if (padding, name) not in models:
            models[padding, name] = load_model(snapshots[name], padding=padding)
        return models[padding, name]

    return load
