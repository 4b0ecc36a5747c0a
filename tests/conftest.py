"""What every test shares: golden data and the model that holds the golden weights."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) >= (os.cpu_count() or 1):
    # Workers have a processor each: threads of one would wait, busily, for those of another.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
# XLA compiles the same operations, without looking for the fastest code: that takes half the time.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true",
)

import lzma
import pathlib
import tarfile

import numpy as np
import pytest
from lighter import collect_less_garbage, optimize_graphs, remember_no_places
from seeded import seed_weights

# Files whose tests share what takes long to make, beyond a file's own fixtures; and files that take
# long. Of several workers one runs each group; they begin with these, so that none is left alone
# with one at the end.
TOGETHER = {
    "tests/export/test_bundle.py": "exported",
    "tests/export/test_c_api.py": "exported",
    "tests/export/test_client.py": "exported",
    "tests/export/test_module.py": "exported",
    "tests/export/test_detail_export.py": "detail",
    "tests/inference/test_detail.py": "detail",
    "tests/inference/test_large_photos.py": "detail",
    "tests/training/test_resume_processes.py": "processes",
    "tests/training/test_distribution.py": "processes",
    "tests/training/test_shards_of_workers.py": "processes",
    "tests/layers/test_batch_norm.py": "processes",
    "tests/layers/test_spectral_conv.py": "processes",
    "tests/models/test_complete.py": "short forms",
    "tests/export/test_guided_signatures.py": "guided signatures",
    "tests/inference/test_inpainter.py": "golden model",
    "tests/models/test_golden_generators.py": "golden model",
    "tests/cli/test_train.py": "trained",
    "tests/web/test_process.py": "web processes",
    "tests/web/test_server.py": "web server",
}
# Fixtures that take so long that the tests which need them are slow ones, on both stacks.
LONG = {"exported", "loaded_elsewhere"}
SEED = 20180617
GOLDEN = pathlib.Path(__file__).parent / "golden"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Fresh weights are the same in every run, whichever tests ran before; fixtures come later."""
    seed_weights(SEED)
    optimize_graphs(item.nodeid)


def group_of(nodeid):
    path = nodeid.split("::")[0]
    return TOGETHER.get(path, path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks what needs `LONG`. Groups in the order of `TOGETHER`, then other files as they are."""
    for item in items:
        long = LONG & set(getattr(item, "fixturenames", ()))
        if long and item.get_closest_marker("slow") is None:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.stacks)
    order = {group: place for place, group in enumerate(dict.fromkeys(TOGETHER.values()))}
    items.sort(key=lambda item: order.get(group_of(item.nodeid), len(order)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """How pytest-xdist, which makes fixtures anew for every worker, hands out the tests."""
    if config.getvalue("dist") != "load":  # asked for another way
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(nodeid)

    config.option.loadscopereorder = False  # by the number of tests, which says little
    return Scheduling(config, log)


def pytest_collection_finish():
    """Everything is imported now."""
    remember_no_places()
    collect_less_garbage()


@pytest.fixture(scope="session")
def narrow():
    """The narrowest network, fresh; not to be trained."""
    from inpaint_tf import create_model

    seed_weights(SEED)
    return create_model("deepfill_v1", width=2)


@pytest.fixture(scope="session")
def narrow_compiled(narrow):
    """The same compiled, once for all tests: each of its forms takes seconds."""
    from inpaint_tf.inference.compiled import CompiledGenerator

    return CompiledGenerator(narrow)


@pytest.fixture
def eagerly():
    """No function is compiled: that takes longer than the few steps of most tests of training."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


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
