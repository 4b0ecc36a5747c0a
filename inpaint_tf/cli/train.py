"""`python train.py`: trains a network as its configuration says."""

import contextlib
import logging
import os
import sys

from absl import flags

from inpaint_tf.cli.command import Command, import_tensorflow
from inpaint_tf.config.load import read_config, to_yaml
from inpaint_tf.config.options import with_options
from inpaint_tf.files import require_file
from inpaint_tf.weights.paths import weights_path

DESCRIPTION = """
Trains a network. A run lives in one directory: configuration, checkpoints, weights, metrics.jsonl,
TensorBoard's files and pictures. Started again with the same directory, it resumes where it was;
Ctrl-C and SIGTERM save first.

python train.py --config quick.yml --set data.train=PHOTOS --dry_run
python train.py --config places2.yml --set data.train=PHOTOS --run_dir runs/places2
python test.py --weights runs/places2 --image photo.png --mask mask.png
"""


def define_flags(values):
    flags.DEFINE_string(
        "config", "quick.yml", "Configuration: a path, or a name in configs/.", flag_values=values
    )
    flags.DEFINE_multi_string(
        "set",
        [],
        "Overrides one value of the configuration, key.sub=value; may be repeated.",
        flag_values=values,
    )
    flags.DEFINE_string(
        "run_dir",
        None,
        "Directory of the run; by default runs/NAME of the config.",
        flag_values=values,
    )
    flags.DEFINE_boolean(
        "resume",
        True,
        "Resume if the run directory holds a checkpoint; --noresume refuses it instead.",
        flag_values=values,
    )
    flags.DEFINE_string(
        "init_weights",
        None,
        "Start a new run from weights: a safetensors file, a TensorFlow 1 checkpoint, a run's "
        "directory, or the word bundled for the weights that come with the package.",
        flag_values=values,
    )
    flags.DEFINE_boolean(
        "print_config",
        False,
        "Print the configuration with every value filled in, and stop.",
        flag_values=values,
    )
    flags.DEFINE_boolean(
        "dry_run",
        False,
        "Check every picture, draw 16 training examples, print size and speed, and stop.",
        flag_values=values,
    )


def train(values):
    """The work of the command; returns the exit status."""
    overrides = values["set"].value
    config = read_config(values.config, overrides)
    name = os.path.splitext(os.path.basename(values.config))[0]
    run_dir = values.run_dir or os.path.join("runs", name)
    if values.init_weights:
        values.init_weights = weights_path(values.init_weights, "--init_weights")
    import_tensorflow()

    import tensorflow as tf

    from inpaint_tf.assembly.devices import make_strategy
    from inpaint_tf.assembly.run import claimed

    tf.get_logger().setLevel(logging.ERROR)
    config = with_options(config)
    if values.print_config:
        print(to_yaml(config), end="")
        return None
    strategy = make_strategy(config.train.distribute, config.train.phases)
    with contextlib.nullcontext() if values.dry_run else claimed(run_dir, strategy):
        return _execute(config, run_dir, strategy, values)


def _execute(config, run_dir, strategy, values):
    from inpaint_tf.assembly import dry_run, run, train

    _log_to(None)
    prepared = run.prepare(
        config,
        run_dir,
        sys.stderr,
        strategy,
        resume=values.resume,
        init_weights=values.init_weights,
        dry_run=values.dry_run,
    )
    _log_to(prepared.log_path)
    if not prepared.chief:
        logging.getLogger("inpaint_tf").setLevel(logging.WARNING)
    return (dry_run.dry_run if values.dry_run else train.train)(prepared)


def _log_to(path):
    log = logging.getLogger("inpaint_tf")
    log.setLevel(logging.INFO)
    log.propagate = False
    for handler in list(log.handlers):
        log.removeHandler(handler)
    plain = logging.Formatter("%(message)s")
    timed = logging.Formatter("%(asctime)s %(message)s")
    for handler, form in ((logging.StreamHandler(sys.stdout), plain), (_file_handler(path), timed)):
        if handler is not None:
            handler.setFormatter(form)
            log.addHandler(handler)


def _file_handler(path):
    if path is None:
        return None
    if os.path.lexists(path):
        require_file(path, "the log of a run")
    return logging.FileHandler(path, encoding="utf-8")


main = Command("python train.py", DESCRIPTION, define_flags, train)

if __name__ == "__main__":
    sys.exit(main())
