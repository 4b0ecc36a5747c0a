"""The records of a run: `metrics.jsonl`, TensorBoard, pictures."""

import json
import os

import numpy as np
import tensorflow as tf
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing, require_file

METRICS = "metrics.jsonl"
BOARD, TELEA = "tensorboard", "telea"
# In TensorBoard, which sorts capitals first; metrics.jsonl has plain kinds.
SECTIONS = {"train": "", "validation": "Validation/", "telea": "telea/"}


class Records:
    """Writes named numbers and pictures of a run.

    Nothing waits for its end: TensorFlow's writers flush where they cease to be the default.

    Args:
        directory: the run directory.
        step: int, at which the run begins or resumes. Lines of later steps, written before the
            program was stopped, are dropped, because they will be written again.
    """

    def __init__(self, directory, step=0):
        self.directory = directory
        path = os.path.join(directory, METRICS)
        self.history = _drop_after(path, step)
        self.file = open(path, "a", encoding="utf-8")  # noqa: SIM115  kept for the whole run
        self.board = _writer(os.path.join(directory, BOARD))
        self.telea = None  # a run of its own, so that its numbers are lines in the same charts

    def scalars(self, step, values, kind="train"):
        """Writes a dict of name -> float."""
        self.file.write(json.dumps({"step": step, "kind": kind, **values}) + "\n")
        self.file.flush()
        with self.board.as_default(step=step):
            for name, value in values.items():
                if isinstance(value, (int, float)):
                    tf.summary.scalar(SECTIONS[kind] + name, value)

    def compared(self, step, baseline):
        """Draws Telea's scores beside those of a validation, a dict of name -> float."""
        if self.telea is None:
            self.telea = _writer(os.path.join(self.directory, BOARD, TELEA))
        with self.telea.as_default(step=step):
            for name, value in baseline.items():
                tf.summary.scalar(SECTIONS["validation"] + name, value)

    def configuration(self, text, values):
        """Shows a run's configuration in TensorBoard.

        Args:
            text: YAML.
            values: the same as nested dictionaries and lists, for the page of hyperparameters.
        """
        from tensorboard.plugins.hparams import api

        with self.board.as_default(step=0):
            tf.summary.text("configuration", "\n".join(f"    {each}" for each in text.splitlines()))
            api.hparams(leaves(values))

    def picture(self, step, name, pixels):
        """Writes a `[H, W, 3]` uint8 array, as PNG and for TensorBoard."""
        folder = os.path.join(self.directory, "panels")
        os.makedirs(folder, exist_ok=True)
        save_picture(os.path.join(folder, f"{name}_{step:07d}.png"), pixels)
        with self.board.as_default(step=step):
            tf.summary.image(name, np.asarray(pixels)[np.newaxis])

    def close(self):
        """Finishes both files."""
        self.file.close()
        self.board.close()
        if self.telea is not None:
            self.telea.close()


class NoRecords:
    """Writes nothing: for all processes but the chief in a run on several machines."""

    def __init__(self):
        self.history = []

    def scalars(self, step, values, kind="train"):
        """Leaves it to the chief."""

    def compared(self, step, baseline):
        """Leaves it to the chief."""

    def configuration(self, text, values):
        """Leaves it to the chief."""

    def picture(self, step, name, pixels):
        """Leaves it to the chief."""

    def close(self):
        """Has nothing to finish."""


def _writer(directory):
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise InputError(f"{directory} cannot be written: {error.strerror}.") from error
    return tf.summary.create_file_writer(directory)


def save_picture(path, pixels):
    """Writes a `[H, W, 3]` uint8 array as a picture file, whole or not at all."""
    with replacing(path) as temporary:
        Image.fromarray(pixels).save(temporary)


def leaves(values, prefix=""):
    """Numbers, texts and booleans of nested dictionaries, by names like "train.phases.0.batch"."""
    if isinstance(values, dict):
        items = values.items()
    elif isinstance(values, (list, tuple)):
        items = enumerate(values)
    else:
        return {} if values is None else {prefix: values}
    found = {}
    for name, value in items:
        found.update(leaves(value, f"{prefix}.{name}" if prefix else str(name)))
    return found


def read_metrics(path):
    """The records of a `metrics.jsonl`, a list of dicts; damaged lines are left out.

    Raises:
        InputError: something else has this name.
    """
    if not os.path.exists(path):
        return []
    require_file(path, "the metrics of a run")
    records = []
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict) and isinstance(record.get("step"), int):
                records.append(record)
    return records


def _drop_after(path, step):
    # From step 0 everything comes again, what was written before the first step too.
    kept = [record for record in read_metrics(path) if step and record["step"] <= step]
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in kept)
    return kept
