"""Windows has neither `resource` nor `fcntl`: every module is imported, files are written whole."""

import subprocess
import sys

import pytest

CODE = """
import importlib, pkgutil, sys
sys.modules["resource"] = sys.modules["fcntl"] = None  # importing them raises ImportError
import inpaint_tf
names = [module.name for module in pkgutil.walk_packages(inpaint_tf.__path__, "inpaint_tf.")]
for name in names:
    if name.endswith("__main__"):
        continue
    try:
        importlib.import_module(name)
    except ImportError as error:
        if "resource" in str(error) or "fcntl" in str(error):
            raise
from inpaint_tf.files import replacing
with replacing("x.txt") as temporary:
    open(temporary, "w").write("whole")
print(len(names), open("x.txt").read())
"""


@pytest.mark.slow
def test_every_module_is_imported_without_them(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr[-2000:]
    count, text = done.stdout.split()
    assert int(count) > 150 and text == "whole"
