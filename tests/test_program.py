"""The console program: every command under one name, and under the name that was typed."""

import json
import subprocess
import sys

import pytest

from inpaint_tf import __version__
from inpaint_tf.program import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_shows_the_name_that_was_typed(name, capsys):
    assert main([name, "--help"], program="inpaint") == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"usage: inpaint {name} [flags]") and err == ""


def test_without_a_command_flags_are_those_of_completing(capsys):
    assert main(["--help"], program="inpaint") == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: inpaint --image FILE --mask FILE")
    assert "--hole_tolerance" in out and all(f"  {name} " in out for name in COMMANDS)
    assert main(["--image", "missing.png", "--box", "1,1,9,9"], program="inpaint") == 2
    assert "missing.png" in capsys.readouterr().err


def test_whoever_reads_may_go():
    command = [sys.executable, "-u", "-m", "inpaint_tf", "weights"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.close()
    assert run.stderr.read() == b"" and run.wait() == 141
    run.stderr.close()


def test_unknown_command_names_the_nearest(capsys):
    assert main(["trian"], program="inpaint") == 2
    assert capsys.readouterr().err == (
        "error: 'trian' is not a command of inpaint; did you mean 'train'?\n"
    )
    assert main(["photo.png"], program="inpaint") == 2
    assert "there are train, export" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["inpaint_tf", "inpaint_tf.program"])
def test_module_runs_the_same_program(module):
    run = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout == f"inpaint_tf {__version__}\n"


@pytest.mark.parametrize("module", ["train", "export", "inpaint", "weights"])
def test_modules_of_commands_run_by_themselves(module):
    run = subprocess.run(
        [sys.executable, "-m", f"inpaint_tf.cli.{module}", "--nonsense"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2 and "nonsense" in run.stderr


def test_weights_lists_what_is_known(capsys):
    assert main(["weights", "--json"], program="inpaint") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed["bundled"]] == ["bundled"]
    assert listed["bundled"][0]["bytes"] > 10**6
    assert len(listed["released"]) == 6
    assert main(["weights"], program="inpaint") == 0
    assert "inpaint convert DIRECTORY model.safetensors" in capsys.readouterr().out


@pytest.mark.parametrize(
    "module", ["inpaint_tf.cli.inpaint", "inpaint_tf.client", "inpaint_tf.web.command"]
)
def test_commands_check_what_they_can_before_they_import_tensorflow(module):
    code = f"import sys, {module}; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
