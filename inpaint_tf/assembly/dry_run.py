"""Tries out a run before it costs anything: its data, its examples, its size and its speed."""

import os

from inpaint_tf.amount import amount
from inpaint_tf.assembly.parts import make_loader
from inpaint_tf.assembly.phases import make_phase
from inpaint_tf.assembly.run import say
from inpaint_tf.training.dry_run import (
    check_pictures,
    example_sheet,
    flops,
    measure,
    peak_memory,
)
from inpaint_tf.training.records import save_picture

SHEET = "dry_run.png"


def dry_run(run):
    """Checks every picture of a `Run`, draws examples, measures; returns the exit status, 0."""
    phases = run.config.train.phases
    loader = make_loader(run.config, phases[0].size)
    bad = check_pictures(loader, run.stream)
    for sentence in bad.values():
        say(f"cannot be used: {sentence}")
    say(f"data: {amount(len(loader.paths), 'picture', 'pictures')}, {len(bad)} cannot be used")
    state = run.state
    for number in range(len(phases)):
        phase = make_phase(run.setup, state, number)
        state, batches = phase.state, phase.batches(0)
        if number == 0:
            path = os.path.join(run.directory, SHEET)
            save_picture(path, example_sheet(batches))
            say(f"examples: {path}")
            _say_size(state, phases[0].size)
        _say_speed(number, phase, measure(phase, batches))
    used, where = peak_memory()
    if used is not None:
        say(f"memory: {used / 2**30:.2f} GiB {where}")
    return 0


def _say_size(state, size):
    count = sum(v.shape.num_elements() for v in state.generator_variables.values())
    operations = flops(state.generator, size)
    say(f"generator: {count:,} parameters")
    say(f"generator: {operations / 1e9:.2f} GFLOP for one {size[0]}x{size[1]} picture")


def _say_speed(number, phase, seconds):
    for name, value in seconds.items():
        say(f"phase {number}: {name} {value:.3f} s (batch {phase.batch})")
    step = seconds["generator update"] + phase.critic_updates * seconds.get("critic update", 0)
    hours = step * phase.steps / 3600
    steps = amount(phase.steps, "step", "steps")
    say(f"phase {number}: {step:.3f} s per step, {hours:.1f} hours for {steps}")
