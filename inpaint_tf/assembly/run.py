"""A training run, made of a configuration and a directory; `train` and `dry_run` take it."""

import contextlib
import logging
import os
from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.assembly.devices import device_sentence, is_chief
from inpaint_tf.assembly.faces import with_faces
from inpaint_tf.assembly.initial import initial_weights, require_statistics
from inpaint_tf.assembly.parts import make_loader, make_validation, mask_notices
from inpaint_tf.assembly.phases import Setup, make_setup
from inpaint_tf.assembly.state import TrainingState, fresh_state, start_from
from inpaint_tf.config.load import to_config, to_values, to_yaml
from inpaint_tf.errors import InputError
from inpaint_tf.training.checkpoints import Checkpoints, require_room, required_bytes
from inpaint_tf.training.run_directory import (
    CHECKPOINTS,
    LOG,
    WEIGHTS,
    occupied,
    read_origin,
    require_same_run,
    write_config,
    write_origin,
)
from inpaint_tf.weights.safetensors import says_detail

TALK = logging.getLogger("inpaint_tf.training")
FEW = 3  # notices about masks that are shown


class Run(NamedTuple):
    """A run that is ready to be trained or tried out.

    setup: `Setup`.
    state: the `TrainingState` before the first step; a checkpoint is not restored yet.
    directory: the run directory.
    stream: where a progress bar goes, if it is a terminal.
    checkpoints: `Checkpoints`.
    first_step: how many steps an earlier process has done.
    detail: whether the weights ask for borrowed detail.
    chief: whether this process writes.
    validation: (`Validation`, contrast of its originals), or (None, None) without one.
    """

    setup: Setup
    state: TrainingState
    directory: str
    stream: Any
    checkpoints: Checkpoints
    first_step: int
    detail: bool
    chief: bool
    validation: tuple

    @property
    def config(self):
        """The `Config`, with the values that faces decide."""
        return self.setup.config

    @property
    def log_path(self):
        """The file for the log, or None if another process writes it."""
        return os.path.join(self.directory, LOG) if self.chief else None


@contextlib.contextmanager
def claimed(directory, strategy):
    """Keeps other processes from training in the directory; `InputError` if one already does."""
    if not is_chief(strategy):  # writes nothing
        yield
        return
    require_room(directory, 0)
    with occupied(directory):
        yield


def prepare(config, directory, stream, strategy, resume=True, init_weights=None, dry_run=False):
    """Checks what can be checked, and builds the network.

    Args:
        config: `Config`.
        directory, stream: as in `Run`.
        strategy: a `tf.distribute.Strategy`, or None.
        resume: whether to resume from a checkpoint; otherwise a directory with one is refused.
        init_weights: path of weights to start from, or None. A run that resumes has its own.
        dry_run: whether nothing will be trained or written.

    Returns:
        `Run`.

    Raises:
        InputError: the directory cannot be written or holds another run, or the data or the
            initial weights cannot be used.
    """
    chief = is_chief(strategy)
    if chief:
        require_room(directory, 0)
    config, faces = with_faces(config, directory, chief, say)
    checkpoints = Checkpoints(
        os.path.join(directory, CHECKPOINTS),
        config.train.keep,
        config.train.keep_hours,
        writes=chief,
    )
    first_step, _ = checkpoints.latest()
    if not first_step:
        require_statistics(config, init_weights)
    elif not dry_run:
        _require_continuable(config, directory, first_step, resume, init_weights)
        init_weights = None  # the checkpoint has what became of them
    if config.train.deterministic:
        tf.config.experimental.enable_op_determinism()
    # Refuses missing data.
    loader = make_loader(config, config.train.phases[0].size)
    if not dry_run:  # before anything slow
        say(device_sentence(strategy, config.train.precision))
        say(f"pictures: {len(loader.paths)} to train on")
    for sentence in mask_notices(config)[:FEW]:
        say(f"notice: {sentence}")
    validation = make_validation(config) if chief else (None, None)
    weights = initial_weights(init_weights, config) if init_weights else None
    detail = weights.detail if weights else _kept_detail(directory)
    state = fresh_state(config, strategy)
    arrays = weights.arrays if weights else None
    setup = make_setup(config, strategy, _saying_what_is_skipped(), arrays, faces)
    if weights:
        with_critics = any(phase.losses == "adversarial" for phase in config.train.phases)
        for sentence in start_from(state, weights, with_critics):
            say(sentence)
    if chief and not dry_run:
        # Weights, average and two slots of each; the critics are of the same order.
        needed = 8 * required_bytes(state.generator_variables.values(), config.train.keep)
        require_room(directory, needed)
        write_config(directory, to_yaml(config))
        if not first_step:
            write_origin(directory, init_weights)
    return Run(setup, state, directory, stream, checkpoints, first_step, detail, chief, validation)


def say(sentence):
    """Prints a line, which also goes into the log."""
    TALK.info("%s", sentence)


def _saying_what_is_skipped():
    """A function of a sentence about an unusable file that prints it once."""
    skipped = []

    def skip(sentence):  # every phase reads the files anew
        if sentence not in skipped:
            skipped.append(sentence)
            say(f"skipped file {len(skipped)}: {sentence}")

    return skip


def _kept_detail(directory):
    """Whether the weights of a resumed run ask for borrowed detail."""
    path = os.path.join(directory, WEIGHTS["last"])
    try:
        return os.path.isfile(path) and says_detail(path)
    except InputError as error:
        say(f"notice: {error} It will be written anew, without borrowed detail.")
        return False


def _require_continuable(config, directory, first_step, resume, init_weights):
    if not resume:
        raise InputError(
            f"--run_dir {directory} holds a run at step {first_step}; go on without --noresume, or "
            "choose another directory."
        )
    origin = read_origin(directory)
    if init_weights and os.path.abspath(init_weights) != origin:
        began = f"began from {origin}" if origin else "did not begin from weights"
        raise InputError(
            f"--run_dir {directory} holds a run at step {first_step} that {began}, not from "
            f"--init_weights {init_weights}; go on without it, or choose another directory."
        )
    require_same_run(directory, to_values(config), first_step, _resolved)


def _resolved(values):
    """An older configuration as it would be written today, or unchanged if that is impossible."""
    try:
        return to_values(to_config(values))
    except (InputError, TypeError, ValueError):
        return values
