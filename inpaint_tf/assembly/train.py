"""Trains a run: the loop with its records, its validation and its weights."""

import contextlib
import functools
import os

from safetensors import SafetensorError

from inpaint_tf.amount import amount
from inpaint_tf.assembly.phases import make_phase
from inpaint_tf.assembly.run import say
from inpaint_tf.config.load import to_values, to_yaml
from inpaint_tf.errors import InputError
from inpaint_tf.inference.gate_picture import gate_picture
from inpaint_tf.training.console import Console, scores_text
from inpaint_tf.training.records import NoRecords, Records
from inpaint_tf.training.run_directory import WEIGHTS
from inpaint_tf.training.signals import stopping_on_signals
from inpaint_tf.training.trainer import Intervals, Trainer
from inpaint_tf.visualization.panels import stage_panels
from inpaint_tf.weights.safetensors import save_model


def train(run):
    """Trains a `Run` until the end or a signal; returns the exit status, 0."""
    steps, first_step = run.config.train.steps, run.first_step
    records = Records(run.directory, first_step) if run.chief else NoRecords()
    console = Console(steps, first_step, run.stream)
    try:
        with stopping_on_signals() as stop:
            if not first_step:
                records.configuration(to_yaml(run.config), to_values(run.config))
            trainer = make_trainer(run, records, console)
            if first_step:
                console.tell(f"resuming after step {first_step} of {steps}")
            step = trainer.run(stop)
    except (OSError, SafetensorError) as error:
        raise InputError(
            f"The run directory {run.directory} cannot be written: {error}; its last complete "
            f"checkpoint is of step {run.checkpoints.latest()[0]}."
        ) from error
    finally:
        console.close()
        with contextlib.suppress(OSError):
            records.close()
    if stop:
        say(f"{stop.name}: saved step {step} of {steps}; the same command resumes it.")
    else:
        say(f"finished {amount(step, 'step', 'steps')}; weights are in {run.directory}")
    return 0


def make_trainer(run, records, console):
    """The `Trainer` of a `Run`; the validation's baseline is computed first."""
    config = run.config
    validation, truth = run.validation
    baseline, examine = None, None
    if validation is not None:
        baseline = {**validation.baseline(), "truth_contrast": truth}
        console.tell(f"OpenCV's Telea on the validation pictures: {scores_text(baseline)}")
        if not run.first_step:
            records.scalars(0, baseline, kind="telea")
        examine = functools.partial(_examine, run, validation)
    return Trainer(
        seed=config.seed,
        lengths=[phase.steps for phase in config.train.phases],
        make_phase=functools.partial(make_phase, run.setup),
        state=run.state,
        checkpoints=run.checkpoints,
        intervals=Intervals(
            config.train.log_every, config.train.save_every, config.validation.every
        ),
        records=records,
        console=console,
        save_weights=functools.partial(_save_weights, run),
        examine=examine,
        baseline=baseline,
    )


def _examine(run, validation, generate):
    """The scores of `generate`, and pictures by name."""
    model, count = run.state.averaged, run.config.validation.panels
    pictures = {}
    if count:
        examples = validation.examples(generate, count)
        names = model.stage_names[: len(examples[2])]
        pictures["validation"] = stage_panels(*examples, names=names)
        image, mask = validation.pictures[0], validation.masks[0, ..., 0] > 0
        gates = gate_picture(model, image, mask)
        pictures.update({} if gates is None else {"gates": gates})
    return validation(generate), pictures


def _save_weights(run, name, step):
    if not run.chief:
        return
    names = [name]
    if name == "last" and not run.config.validation.every:
        names.append("best")  # nothing else decides which is
    model = run.state.averaged
    model.detail = run.detail
    for name in names:
        save_model(
            os.path.join(run.directory, WEIGHTS[name]),
            model,
            provenance={"step": step, "kind": name, "config": to_values(run.config)},
        )
