"""What several files of tests of training share."""

import pytest
import tensorflow as tf
from tensorflow.python.framework.config import disable_op_determinism


@pytest.fixture(scope="module")
def without_graphs():
    """Compiling takes longer than a few steps; and other tests want no determinism."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
    disable_op_determinism()
