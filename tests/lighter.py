"""What a process of tests leaves out: it traces thousands of graphs, and runs most of them once."""

import gc
import sys


def remember_no_places():
    """The operations of graphs no longer know which lines of Python made them.

    TensorFlow walks the whole stack for each of them, which pytest makes twice as deep: a tenth of
    the time of tracing, for messages that no test reads.
    """
    if "tensorflow" not in sys.modules:
        return
    from tensorflow.python.util import tf_stack

    nowhere = tf_stack.extract_stack()
    tf_stack.extract_stack = lambda stacklevel=1: nowhere


def collect_less_garbage():
    """What is imported stays, and is not looked through again; young objects not so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# Where numbers of layers, networks and updates are tested, or hardly any. Functions that users run
# compiled are tested elsewhere, optimized.
AS_TRACED = (
    "data/", "layers/", "losses/", "masks/", "models/", "ops/", "training/",
    "export/test_guided_signatures.py", "export/test_partial_conv_export.py",
    "test_benchmark.py", "test_keras_citizens.py",
)  # fmt: skip
# The same on the addons stack alone: the default stack has its exports as users run them.
AS_TRACED_ON_KERAS_2 = (
    "export/test_detail_export.py", "export/test_bundle.py", "export/test_c_api.py",
    "export/test_client.py", "export/test_module.py",
)  # fmt: skip
_latest = [False]  # the setting in force; setting it again would compile everything again


def optimize_graphs(nodeid):
    """Graphs of `AS_TRACED` run as they were traced: optimizing takes as long as a hundred runs."""
    if "tensorflow" not in sys.modules:
        return
    import keras
    from tensorflow import config

    of_keras_2 = AS_TRACED_ON_KERAS_2 if keras.__version__.startswith("2.") else ()
    as_traced = nodeid.removeprefix("tests/").startswith((*AS_TRACED, *of_keras_2))
    if _latest != [as_traced]:
        config.optimizer.set_experimental_options({"disable_meta_optimizer": as_traced})
        _latest[:] = [as_traced]
