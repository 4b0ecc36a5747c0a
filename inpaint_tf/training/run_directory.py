"""A run's directory: its files, and whether a run may resume in it."""

import contextlib
import os

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing, require_file
from inpaint_tf.plain_yaml import MOST_CHARACTERS, read_yaml
from inpaint_tf.weights.load import RUN_WEIGHTS

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

CONFIG, CHECKPOINTS, LOG, LOCK = "config.yml", "checkpoints", "train.log", ".lock"
ORIGIN = "init_weights.txt"
WEIGHTS = {"best": RUN_WEIGHTS, "last": "weights_last.safetensors"}

# The keys that decide the weights of a run; intervals, devices and the length may change.
FIXED = (
    "seed",
    "network",
    "critics",
    "data",
    "masks",
    "train.optimizer",
    "train.adam",
    "train.average",
    "train.critic_updates",
)
# Keys that did not exist at first, and what runs did then.
NEW_KEYS = (
    ("train", "optimizer", "adam"),
    ("data", "scale", [1.0, 1.0]),
    ("masks", "invert", False),
    ("data", "sketches", None),
    ("data", "color_jitter", dict.fromkeys(("brightness", "contrast", "saturation", "hue"), 0.0)),
    ("masks", "brush_strokes", [1, 3]),
    ("masks", "brush_vertices", [4, 11]),
    ("masks", "brush_length", 0.125),
    ("masks", "brush_angle", [72.0, 24.0]),
    ("masks", "face_share", [0.53, 0.23, 0.4, 0.54]),
    ("masks", "face_region", "lower_face"),
    ("masks", "face_jitter", 0.0),
    ("masks", "dilation", [0.0, 0.0]),
    ("masks", "rotation", 0.0),
    ("masks", "flip", False),
)
FREE = ("data.workers", "data.skip_bad", "data.val")


def differences(old, new, steps_done):
    """The differences of two resolved configurations that keep a run from resuming.

    Args:
        old, new: nested dictionaries, see `config.load.to_values`.
        steps_done: phases that have begun by then may not change either.

    Returns:
        A list of texts "network.width: 32 -> 48".
    """
    old, new = (
        _flat(_with_begun_phases(old, steps_done)),
        _flat(_with_begun_phases(new, steps_done)),
    )
    return [
        f"{key}: {old.get(key)!r} -> {new.get(key)!r}"
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key) and _is_fixed(key)
    ]


@contextlib.contextmanager
def occupied(directory):
    """Claims a run directory for this process during a `with` block.

    If the system or the disk has no locks, nothing is claimed.

    Raises:
        InputError: another process trains there.
    """
    with contextlib.ExitStack() as stack:
        if fcntl is not None:
            try:
                # Reading is enough to lock it, though another user should have made it.
                mode = os.O_RDONLY | os.O_CREAT | os.O_NONBLOCK  # a pipe would be waited for
                file = os.open(os.path.join(directory, LOCK), mode, 0o666)
                stack.callback(os.close, file)
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InputError(
                    f"--run_dir {directory} is in use: another process trains there. Wait until it "
                    "has ended, or start with another --run_dir."
                ) from error
            except OSError:  # no locks on this disk
                pass
        yield


def require_same_run(directory, values, steps_done, resolve):
    """Raises `InputError` if the directory's run cannot resume with the configuration `values`.

    Args:
        directory: the run directory.
        values: nested dictionaries, see `config.load.to_values`.
        steps_done: by now.
        resolve: function of an older configuration's values to those of today.
    """
    path = os.path.join(directory, CONFIG)
    if os.path.exists(path):
        require_file(path, "the configuration of a run")
    try:
        with open(path, encoding="utf-8") as file:
            old = read_yaml(file.read(MOST_CHARACTERS + 1))
        if not isinstance(old, dict):
            raise ValueError("it holds no keys")
        old = resolve(_with_new_keys(old))
        changed = differences(old, values, steps_done)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read, so the run cannot resume: {error}.") from error
    except (TypeError, AttributeError) as error:  # phases that are none
        raise InputError(f"{path} is no configuration, so the run cannot resume.") from error
    if changed:
        raise InputError(
            f"--run_dir {directory} holds a run with another configuration: {'; '.join(changed)}. "
            "Take these back, or start with another --run_dir."
        )


def _with_new_keys(old):
    """A configuration with the values of keys that did not exist when it was written."""
    for section, key, value in NEW_KEYS:
        options = old.get(section)
        if isinstance(options, dict):
            options.setdefault(key, value)
    return old


def write_config(directory, text):
    """Keeps the resolved configuration beside the results."""
    path = os.path.join(directory, CONFIG)
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(text)


def write_origin(directory, path):
    """Keeps the absolute path of the weights that a run begins from; None for random ones."""
    with replacing(os.path.join(directory, ORIGIN)) as temporary, open(temporary, "wb") as file:
        file.write(os.fsencode(os.path.abspath(path) if path else ""))


def read_origin(directory):
    """The path of the weights that a run began from; empty if random, or if nothing says so."""
    path = os.path.join(directory, ORIGIN)
    if not os.path.isfile(path):
        return ""
    with open(path, "rb") as file:
        return os.fsdecode(file.read(MOST_CHARACTERS))


def _is_fixed(key):
    def below(names):
        return any(key == name or key.startswith(name + ".") for name in names)

    return (below(FIXED) or key.startswith("begun.")) and not below(FREE)


def _with_begun_phases(values, steps_done):
    begun, first = {}, 0
    for number, phase in enumerate((values.get("train") or {}).get("phases") or []):
        if first < steps_done:
            kept = {name: phase.get(name) for name in ("size", "batch", "losses", "stage")}
            kept["freeze_encoder_norm"] = phase.get("freeze_encoder_norm", False)
            if first + phase.get("steps", 0) < steps_done:
                kept["steps"] = phase.get("steps")
            begun[str(number)] = kept
        first += phase.get("steps", 0)
    return {**values, "begun": begun}


def _flat(values, prefix=""):
    flat = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
