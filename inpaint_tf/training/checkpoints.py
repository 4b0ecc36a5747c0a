"""The state of a run on disk: saved whole, restored exactly."""

import glob
import os
import re

import tensorflow as tf

from inpaint_tf.errors import InputError

NAME = "step"


class Checkpoints:
    """Checkpoints in one directory, the newest `keep` of them and one every `keep_hours`.

    A checkpoint counts only after its files are complete, and an older one goes only after a newer
    one counts: whatever stops the program, the last good one can be restored.

    Args:
        directory: str, made if needed.
        keep: int.
        keep_hours: float or None.
        writes: whether `save` does anything; of several processes only one must.
    """

    def __init__(self, directory, keep=3, keep_hours=None, writes=True):
        self.directory, self.writes = directory, writes
        self.keep, self.keep_hours = keep, keep_hours
        self.manager = None

    def latest(self):
        """(step, prefix) of the newest complete checkpoint, or (0, None)."""
        state = tf.train.get_checkpoint_state(self.directory)
        for prefix in reversed(state.all_model_checkpoint_paths if state else ()):
            if _is_complete(prefix):
                return int(prefix.rpartition("-")[2]), prefix
        return 0, None

    def track(self, variables):
        """Saves and restores these from now on: dict of name -> tf.Variable."""
        self.manager = tf.train.CheckpointManager(
            tf.train.Checkpoint(variables=dict(variables)),
            self.directory,
            max_to_keep=self.keep,
            keep_checkpoint_every_n_hours=self.keep_hours,
            checkpoint_name=NAME,
        )

    def restore(self, prefix):
        """Puts the checkpoint's values into the tracked variables.

        Raises:
            InputError: the checkpoint is damaged or holds other variables.
        """
        try:
            status = self.manager.checkpoint.restore(prefix)
            status.assert_existing_objects_matched()
            status.assert_consumed()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            raise InputError(
                f"{prefix} cannot be restored: {_first_line(error)}; remove it to go on from "
                "the one before, or start with another --run_dir."
            ) from error

    def save(self, step):
        """Saves the tracked variables as the checkpoint of `step`.

        Raises:
            InputError: the disk is full or not writable; older checkpoints are left as they were.
        """
        if not self.writes:
            return
        try:
            self.manager.save(checkpoint_number=step)
        except (OSError, tf.errors.OpError) as error:
            raise InputError(
                f"The checkpoint of step {step} cannot be written to {self.directory}: "
                f"{_first_line(error)}; the checkpoint before it is complete."
            ) from error


def required_bytes(variables, keep):
    """Disk space that checkpoints of these variables take, with one more while saving."""
    size = sum(variable.shape.num_elements() * variable.dtype.size for variable in variables)
    return size * (keep + 1)


def require_room(directory, needed):
    """Raises `InputError` unless files can be written to `directory` and `needed` bytes fit."""
    try:
        os.makedirs(directory, exist_ok=True)
        probe = os.path.join(directory, f".probe-{os.getpid()}")
        with open(probe, "wb") as file:
            file.write(b"probe")
        os.unlink(probe)
        room = os.statvfs(directory)
    except OSError as error:
        raise InputError(
            f"--run_dir {directory} cannot be written: {error.strerror or error}."
        ) from error
    free = room.f_bavail * room.f_frsize
    if free < needed:
        raise InputError(
            f"--run_dir {directory} has {free / 2**20:.0f} MiB free; expected at least "
            f"{needed / 2**20:.0f} MiB for the checkpoints."
        )


def _is_complete(prefix):
    # The index is written last.
    return os.path.exists(prefix + ".index") and bool(glob.glob(glob.escape(prefix) + ".data-*"))


def _first_line(error):
    # Without TensorFlow's marks of the place in its own graph.
    lines = re.sub(r"\{\{.*?\}\}|\[Op:\w+\]", "", str(error)).strip().splitlines()
    return lines[0].strip(" .") if lines else type(error).__name__
