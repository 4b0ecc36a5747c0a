"""A run that was stopped goes on as if nothing had happened: in this process, nothing compiled."""

import pytest
from run_files import results, stopped_after, tiny_values, write_config, write_pictures

from inpaint_tf.cli.train import main

pytestmark = pytest.mark.usefixtures("without_graphs")


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """A step of l1, then two of the game; the critics have Adam, so both must be remembered."""
    folder = tmp_path_factory.mktemp("resume")
    write_pictures(folder / "train", count=4)
    values = tiny_values(folder)
    phase = {"size": [64, 72], "batch": 2}
    values["train"]["phases"] = [
        {**phase, "steps": 1, "losses": "reconstruction"},
        {**phase, "steps": 2},
    ]
    values["train"].update(critic_updates=1, optimizer="muon", save_every=100)
    values["validation"] = {"every": 0}
    return write_config(folder, values)


@pytest.fixture(scope="module")
def straight(tmp_path_factory, config):
    """The run that nothing stops."""
    run_dir = tmp_path_factory.mktemp("straight") / "run"
    assert main(["--config", str(config), "--run_dir", str(run_dir)]) == 0
    return run_dir


def test_sigterm_saves_and_the_same_command_goes_on(straight, config, tmp_path, capsys):
    """Stopped at the end of the first phase, and again within the second."""
    command = ["--config", str(config), "--run_dir", str(tmp_path / "run")]
    saved = set()
    for last in (1, 2):
        with stopped_after(last):
            assert main(command) == 0
        said = capsys.readouterr().out
        assert f"SIGTERM: saved step {last} of 3" in said
        assert last == 1 or "resuming after step 1 of 3" in said
        saved.add(f"step-{last}.index")
        assert {path.name for path in (tmp_path / "run" / "checkpoints").glob("*.index")} == saved
    assert main(command) == 0
    assert "resuming after step 2 of 3" in capsys.readouterr().out
    assert results(tmp_path / "run") == results(straight)


def test_another_network_is_refused_by_name(straight, tmp_path, capsys):
    values = tiny_values(tmp_path)
    values["network"]["width"] = 6
    values["masks"] = {"margin": 0.1}
    other = write_config(tmp_path, values)
    assert main(["--config", str(other), "--run_dir", str(straight)]) == 2
    err = capsys.readouterr().err
    assert "network.options.width: 4 -> 6" in err and "masks.margin: 0.0 -> 0.1" in err
    assert len(err.strip().splitlines()) == 1
