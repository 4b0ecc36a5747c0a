"""What a wheel holds, and that it works without the checkout."""

import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

import inpaint_tf

CHECKOUT = pathlib.Path(inpaint_tf.__file__).parent.parent
CONFIGS = sorted(path.name for path in CHECKOUT.joinpath("configs").glob("*.yml"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A directory that holds what the wheel holds, and nothing else."""
    if not CHECKOUT.joinpath("setup.cfg").exists():
        pytest.skip("the package is not run from a checkout")
    work = tmp_path_factory.mktemp("wheel")
    source = work / "source"
    shutil.copytree(
        CHECKOUT, source, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv", "tests")
    )
    build = "from setuptools import build_meta; print(build_meta.build_wheel('..'))"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (wheel,) = work.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(work / "installed")
    return work / "installed"


def run(installed, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "inpaint_tf", *arguments],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )


def test_wheel_holds_configurations_and_serving_files(installed):
    package = installed / "inpaint_tf"
    assert sorted(path.name for path in package.joinpath("configs").iterdir()) == CONFIGS
    assert package.joinpath("serving", "compose.yaml").is_file()
    assert package.joinpath("bundled", "MODEL_CARD.md").is_file()
    assert package.joinpath("web", "static", "main.js").is_file()
    assert not (installed / "tests").exists()


def test_configurations_are_found_by_name_without_the_checkout(installed):
    refused = run(installed, "train", "--config", "quick.yml")
    assert "config.data.train" in refused.stderr and refused.returncode == 2
    refused = run(installed, "train", "--config", "none.yml")
    assert all(name in refused.stderr for name in CONFIGS)


def test_the_program_s_entry_point_is_there(installed):
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "inpaint = inpaint_tf.program:main" in entry_points.read_text()
