"""The training loop: update, check, record, save, validate."""

import time
from dataclasses import dataclass, field
from typing import Any, Callable, NamedTuple

import tensorflow as tf

from inpaint_tf.training.console import scores_text
from inpaint_tf.training.guard import require_finite
from inpaint_tf.training.health import verdict

RECENT = 400  # records that the health verdict takes into account


class Phase(NamedTuple):
    """A stretch of training, ready to run.

    first_step, steps: where it begins in the run, and how long it is.
    critic_updates: how many come before each generator update; 0 without critics.
    update_critic, update_generator: functions of (batch, seed, learning_rate) to named scalars.
    batches: function of a number that gives the endless batches starting with it.
    learning_rate: function of the step within the phase.
    state: what has been learnt when it ends; `variables()` gives everything to be saved, a dict of
        name -> tf.Variable.
    validated: function of (image, mask) to `Inpainting`, the network that validations judge.
    batch: examples in a batch.
    """

    first_step: int
    steps: int
    critic_updates: int
    update_critic: Callable
    update_generator: Callable
    batches: Callable
    learning_rate: Callable
    state: Any
    validated: Callable
    batch: int


class Intervals(NamedTuple):
    """How often, in steps; 0 is never."""

    log: int
    save: int
    validate: int


@dataclass
class Trainer:
    """Runs phases one after the other.

    seed: int, from which all seeds of the updates are derived.
    lengths: steps of each phase.
    make_phase: function of (state, number) that gives that `Phase`.
    state: the state before the first phase.
    checkpoints: `Checkpoints`.
    intervals: `Intervals`.
    records, console: where to write and show.
    examine: function of a phase's `validated` that gives (scores, pictures by name), or None.
    save_weights: function of a name, "best" or "last", and the step.
    baseline: metrics of OpenCV's Telea, "contrast" of the originals included as "truth_contrast".
    """

    seed: int
    lengths: list
    make_phase: Callable
    state: Any
    checkpoints: object
    intervals: Intervals
    records: object
    console: object
    save_weights: Callable
    examine: Callable = None
    baseline: dict = None
    best: tf.Variable = field(default_factory=lambda: tf.Variable(1e9, trainable=False))
    saved_step: int = -1

    def run(self, stop):
        """Trains to the end, or until `stop` becomes true; returns the step reached."""
        step, prefix = self.checkpoints.latest()
        number = self._phase_of(step)
        phase = self._begin(self.state, number, prefix)
        first = self.saved_step = step
        while not stop:
            if step < phase.first_step + phase.steps:
                self.console.tell(f"phase {number + 1} of {len(self.lengths)}: compiling")
            step = self._run_phase(phase, step, stop)
            if stop or number + 1 == len(self.lengths):
                break
            number += 1
            phase = self._begin(phase.state, number)
        if self.saved_step != step:
            self._save(step)
        elif step and step == first:  # whoever was killed after the checkpoint has not written them
            self.save_weights("last", step)
        return step

    def _phase_of(self, step):
        """The number of the phase in which the last of `step` steps was taken."""
        end = 0
        for number, length in enumerate(self.lengths):
            end += length
            if step <= end:
                return number
        return len(self.lengths) - 1

    def _begin(self, state, number, prefix=None):
        phase = self.make_phase(state, number)
        self.checkpoints.track({**phase.state.variables(), "best": self.best})
        if prefix is not None:
            self.checkpoints.restore(prefix)
        return phase

    def _run_phase(self, phase, step, stop):
        end = phase.first_step + phase.steps
        if step >= end:
            return step
        per_step = phase.critic_updates + 1
        done = step - phase.first_step
        batches = phase.batches(done * per_step)
        first, counted, since = step, step, time.monotonic()
        while step < end and not stop:
            terms = self._one_step(phase, step, batches)
            step += 1
            terms = require_finite(terms, step)
            self.console.advance(step, terms, compiled=step == first + 1)
            if step == first + 1:
                # Most of it was compiling, which says nothing about the steps to come.
                counted, since = step, time.monotonic()
            if step % self.intervals.log == 0 or step == end:
                counted_steps = step - counted
                rate = counted_steps / (time.monotonic() - since) if counted_steps else None
                counted, since = step, time.monotonic()
                self._record(step, terms, rate, phase, per_step)
            validated = self.examine is not None and self._due(step, self.intervals.validate)
            if validated:
                self._validate(step, phase)
            if validated or self._due(step, self.intervals.save):
                self._save(step)
            if validated:
                counted, since = step, time.monotonic()  # validating is no training
        return step

    def _one_step(self, phase, step, batches):
        done = step - phase.first_step
        rate = tf.constant(phase.learning_rate(done), tf.float32)
        terms = {}
        for update in range(phase.critic_updates):
            terms.update(phase.update_critic(next(batches), self._seed(step, update), rate))
        update = phase.update_generator
        terms.update(update(next(batches), self._seed(step, phase.critic_updates), rate))
        return terms

    def _seed(self, step, update):
        # 64 numbers a step: more than updates in any sensible configuration.
        return tf.constant([self.seed, step * 64 + update], tf.int32)

    def _due(self, step, every):
        return bool(every) and (step % every == 0 or step == sum(self.lengths))

    def _record(self, step, terms, rate, phase, per_step):
        pace = {"learning_rate": phase.learning_rate(step - 1 - phase.first_step)}
        if rate is not None:
            pace["iterations_per_second"] = rate
            pace["images_per_second"] = rate * per_step * phase.batch
        self.records.scalars(step, {**terms, **pace})
        self.records.history.append({"step": step, "kind": "train", **terms})
        del self.records.history[:-RECENT]
        self.console.line(step, terms, rate)

    def _validate(self, step, phase):
        scores, pictures = self.examine(phase.validated)
        history = [record for record in self.records.history if record["kind"] == "train"]
        sentences = verdict(scores, self.baseline, self.baseline["truth_contrast"], history, step)
        self.records.scalars(step, {**scores, "verdict": " ".join(sentences)}, kind="validation")
        self.records.compared(step, self.baseline)
        for name, picture in pictures.items():
            self.records.picture(step, name, picture)
        self.console.tell(f"validation at step {step}: {scores_text(scores)}")
        for sentence in sentences:
            self.console.tell(f"  {sentence}")
        if scores["l1"] < float(self.best.numpy()):
            self.best.assign(scores["l1"])
            self.save_weights("best", step)

    def _save(self, step):
        self.checkpoints.save(step)
        self.save_weights("last", step)
        self.saved_step = step
