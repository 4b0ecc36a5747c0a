"""Tests that want what only an extra of the package brings.

`.ci/run` installs every extra and fails where one of these tests is skipped. They are on the
stack of TensorFlow Addons, which lacks some, and for whoever did not install the extra.
"""

import importlib.util

import pytest


def reason_without(extra):
    """Why a test is skipped, and what to do about it."""
    return f"needs the extra {extra}: pip install '.[{extra}]'"


def is_missing(*modules):
    """Whether one of the modules cannot be imported."""
    return any(importlib.util.find_spec(name) is None for name in modules)


def needs_extra(extra, *modules):
    """The mark of a test that wants `modules`, which the extra brings."""
    return pytest.mark.skipif(is_missing(*modules), reason=reason_without(extra))
