"""Runs in processes of their own, killed and stopped, go on as if nothing had happened."""

import os
import signal

import pytest
from run_files import (
    results,
    start,
    stop_when,
    tiny_values,
    train,
    with_few_layers,
    write_config,
    write_pictures,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("resume")
    write_pictures(folder / "train")
    write_pictures(folder / "val", count=3, seed=9)
    return folder


@pytest.fixture(scope="module")
def config(place):
    values = with_few_layers(tiny_values(place))
    values["train"].update(optimizer="muon", critic_updates=1)
    return write_config(place, values)


@pytest.fixture(scope="module")
def straight(place, config):
    """The run that nothing stops."""
    status, out, err = train(config, place / "straight")
    assert (status, err) == (0, ""), err
    return out


def saved(run_dir, step):
    return (run_dir / "checkpoints" / f"step-{step}.index").exists()


def saving(run_dir):
    """Whether a checkpoint is being written just now: its parts lie in a temporary place."""
    folder = run_dir / "checkpoints"
    names = os.listdir(folder) if folder.exists() else []
    return any("temp" in name for name in names)


def test_straight_run_tells_what_it_does(straight, place):
    assert "step 6/6" in straight and "finished 6 steps" in straight
    assert "Telea" in straight and "validation at step 3" in straight
    records = results(place / "straight")[1]
    assert [r["step"] for r in records if r["kind"] == "train"] == [1, 2, 3, 4, 5, 6]
    assert "critic/patch_critic" in records[-2] and "psnr" in records[-1]
    assert len(list((place / "straight" / "panels").glob("*.png"))) == 2
    assert len(list((place / "straight" / "checkpoints").glob("*.index"))) == 2


def test_stopped_and_killed_at_several_moments(straight, place, config):
    """One run: asked to stop, killed while it saves, killed after it saved, left to its end."""
    run_dir = place / "stopped"
    metrics = run_dir / "metrics.jsonl"
    out, err = stop_when(
        process := start(config, run_dir, "--set", "train.save_every=100"),
        lambda: metrics.exists() and '"step": 1' in metrics.read_text(),
        signal.SIGTERM,
    )
    assert (process.returncode, err) == (0, ""), err
    assert "SIGTERM: saved step" in out
    reached = int(out.split("saved step ")[1].split()[0])
    assert saved(run_dir, reached) and reached < 6

    # While the second phase saves: its first checkpoint holds other variables than the one before.
    stop_when(start(config, run_dir), lambda: saved(run_dir, 3) and saving(run_dir))
    out, _ = stop_when(start(config, run_dir), lambda: saved(run_dir, 5))
    assert "resuming after step" in out

    process = start(config, run_dir, "--set", "data.workers=1")
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, ""), err
    assert "resuming after step" in out
    assert results(run_dir) == results(place / "straight")
