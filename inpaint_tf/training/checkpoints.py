"""The state of a run on disk: saved whole, restored exactly."""

import contextlib
import glob
import logging
import os
import re
import shutil

import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing, require_no_pattern
from inpaint_tf.weights.bundle_index import require_sound_index

NAME = "step"
TALK = logging.getLogger("inpaint_tf.training")


class Checkpoints:
    """Checkpoints in one directory, the newest `keep` of them and one every `keep_hours`.

    A checkpoint counts only once its files are complete, and an older one is removed only once a
    newer one counts. So the last good one can be restored, whatever stops the program.

    Args:
        directory: str, made if needed.
        keep: int.
        keep_hours: float or None.
        writes: whether `save` does anything; only one of several processes may write.
    """

    def __init__(self, directory, keep=3, keep_hours=None, writes=True):
        self.directory, self.writes = directory, writes
        self.keep, self.keep_hours = keep, keep_hours
        self.manager = None
        self.passed, self.damaged = {}, {}

    def latest(self):
        """(step, prefix) of the newest complete and undamaged checkpoint, or (0, None)."""
        for prefix in reversed(self._complete()):
            if not self._is_damaged(prefix):
                return step_of(prefix), prefix
        return 0, None

    def track(self, variables):
        """Sets the variables to save and restore: dict of name -> tf.Variable."""
        if self.writes:
            self._mend()
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
            require_sound_index(prefix)
            self.manager.checkpoint.restore(prefix).assert_consumed()
        except (AssertionError, ValueError, IndexError, RuntimeError, tf.errors.OpError) as error:
            raise InputError(
                f"{prefix} cannot be restored: {_first_line(error)}; remove it to resume from "
                "the one before, or start with another --run_dir."
            ) from error

    def _complete(self):
        """Prefixes of the complete checkpoints, the oldest first.

        They are found by their files, because TensorFlow's own list, the file `checkpoint`, may be
        lost, damaged or of another directory.
        """
        found = glob.glob(os.path.join(glob.escape(self.directory), f"{NAME}-*.index"))
        prefixes = [path[: -len(".index")] for path in found]
        prefixes = [prefix for prefix in prefixes if step_of(prefix) is not None]
        return sorted((prefix for prefix in prefixes if not self._passed(prefix)), key=step_of)

    def _passed(self, prefix):
        """Whether a checkpoint's files do not fit each other, so that the one before it counts.

        Reported once. The index is written last.
        """
        if prefix not in self.passed:
            try:
                require_sound_index(prefix)
                self.passed[prefix] = False
            except InputError as error:
                self.passed[prefix] = True
                TALK.info("skipped: %s", error)
        return self.passed[prefix]

    def _is_damaged(self, prefix):
        """Whether the numbers of a checkpoint differ from their checksums; reported once."""
        if prefix not in self.damaged:
            try:
                _read_all(prefix)
                self.damaged[prefix] = False
            except (ValueError, IndexError, RuntimeError, tf.errors.OpError) as error:
                self.damaged[prefix] = True
                TALK.info("skipped: %s cannot be restored: %s", prefix, _first_line(error))
        return self.damaged[prefix]

    def _mend(self):
        """Makes a lost list anew, and removes the leftovers of killed processes."""
        remove_leftovers(self.directory)
        prefixes = self._complete()
        try:
            state = tf.train.get_checkpoint_state(self.directory)
            listed = list(state.all_model_checkpoint_paths) if state else []
        except (tf.errors.OpError, ValueError):
            listed = []
            os.unlink(os.path.join(self.directory, "checkpoint"))
        names = [os.path.basename(prefix) for prefix in prefixes]
        # Checkpoints kept for their age are not in the list, and must not enter it.
        if names and names[-1] not in [os.path.basename(path) for path in listed]:
            self._write_list(names[-self.keep :])

    def _write_list(self, names):
        """Writes the file `checkpoint`, a CheckpointState as text."""
        times = [os.path.getmtime(os.path.join(self.directory, f"{n}.index")) for n in names]
        lines = [
            f'model_checkpoint_path: "{names[-1]}"',
            *(f'all_model_checkpoint_paths: "{name}"' for name in names),
            *(f"all_model_checkpoint_timestamps: {time!r}" for time in times),
            f"last_preserved_timestamp: {min(times) - 1!r}",
        ]
        path = os.path.join(self.directory, "checkpoint")
        with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

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
    """Disk space for checkpoints of these variables, with one more while saving."""
    size = sum(variable.shape.num_elements() * variable.dtype.size for variable in variables)
    return size * (keep + 1)


def require_room(directory, needed):
    """Raises `InputError` unless checkpoints can be kept in `directory` and `needed` bytes fit."""
    require_no_pattern(directory, f"--run_dir {directory}")
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


def step_of(prefix):
    """The step of a checkpoint "DIR/step-120", or None for another name."""
    digits = os.path.basename(prefix).rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None


def remove_leftovers(directory):
    """Removes half-written checkpoints of processes that were killed; the caller owns the run."""
    pattern = os.path.join(glob.escape(directory), "*")
    for path in glob.glob(f"{pattern}.tempstate*") + glob.glob(f"{pattern}_temp"):
        if os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _read_all(prefix):
    """Reads every tensor, so that TensorFlow compares its checksum."""
    reader = tf.train.load_checkpoint(prefix)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)


def _first_line(error):
    # Without TensorFlow's position in its own graph.
    lines = re.sub(r"\{\{.*?\}\}|\[Op:\w+\]", "", str(error)).strip().splitlines()
    return lines[0].strip(" .") if lines else type(error).__name__
