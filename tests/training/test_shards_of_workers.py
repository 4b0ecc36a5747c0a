"""Two processes train together from TFRecord shards, each from its own shards alone."""

import os

import pytest
from forked import Forked
from run_files import cluster_of_two, flags, tiny_values, write_config, write_pictures

from inpaint_tf.cli.train import main
from inpaint_tf.data.shards import Record
from inpaint_tf.make_shards import main as write_shards

pytestmark = pytest.mark.slow


def noting(notes, arguments):
    """Notes the shard of every picture that is read, and trains."""
    read = Record.open

    def open_and_note(record):
        with open(notes, "a") as file:
            file.write(os.path.basename(record.shard) + "\n")
        return read(record)

    Record.open = open_and_note
    return main(arguments)


def test_each_of_two_processes_reads_its_own_shards(tmp_path):
    pictures, shards = write_pictures(tmp_path / "pictures"), tmp_path / "shards"
    assert write_shards([f"--images={pictures}", f"--output_dir={shards}", "--shards=2"]) == 0
    values = tiny_values(tmp_path)
    values["data"] = {"train": str(shards)}
    values["validation"] = {"every": 0}
    phase = {"size": [64, 72], "batch": 2}
    values["train"].update(
        # What the others do with a batch is tested elsewhere; the coarse network has fewest parts.
        phases=[{**phase, "steps": 4, "losses": "reconstruction", "stage": "coarse"}],
        deterministic=False,
        distribute="multi_worker",
    )
    config, run_dir = write_config(tmp_path, values), tmp_path / "run"
    notes = [tmp_path / "first.txt", tmp_path / "second.txt"]
    processes = [
        Forked(tmp_path / note.stem, noting, note, flags(config, run_dir), environment=worker)
        for note, worker in zip(notes, cluster_of_two())
    ]
    for process in processes:
        said = process.communicate(timeout=400)
        assert process.returncode == 0, said
    for note, shard in zip(notes, sorted(shards.iterdir())):
        read = note.read_text().split()
        assert set(read) == {shard.name} and len(read) >= 4  # four steps, an example each
    assert (run_dir / "weights_last.safetensors").is_file()
