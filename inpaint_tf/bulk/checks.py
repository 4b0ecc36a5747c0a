"""Checks before a pipeline runs, and the settings that a directory of results remembers."""

import json
import os

from apache_beam.io.filesystems import FileSystems

from inpaint_tf.bulk.names import REPORT, RESULT
from inpaint_tf.bulk.storage import exists, matches, read_bytes, reason_of, write_bytes
from inpaint_tf.errors import InputError
from inpaint_tf.files import sha256_of_file

SETTINGS = "settings.json"
# Settings that do not change the pictures, except for a level here and there.
_FREE = ("threads", "device")


def require_files(task):
    """Refuses a `Task` whose pictures or masks are missing, or lie where results go.

    Raises:
        InputError: it is refused, or the files cannot be listed.
    """
    for pattern in task.images:
        _require_match("--images", pattern)
    if task.masks is not None:
        _require_match("--masks", task.masks)
    if "://" in task.network.weights and not exists(task.network.weights):
        raise InputError(f"--weights {task.network.weights} does not exist.")
    for name in (f"x{RESULT}", f"x/x{RESULT}"):
        result = f"{task.rule.output}/{name}"
        for pattern in (*task.images, *filter(None, [task.masks])):
            if matches(pattern, result):
                raise InputError(
                    f"results such as {result} would lie among the pictures or masks {pattern}; "
                    "choose another --output."
                )


def settle(task, version):
    """Records the settings of the results, or refuses to add results with other settings.

    Raises:
        InputError: the directory holds results of other settings.
    """
    path = f"{task.rule.output}/{REPORT}/{SETTINGS}"
    now = settings(task)
    if not exists(path):
        write_bytes(path, json.dumps({"version": version, **now}, indent=2).encode())
        return
    try:
        before = json.loads(read_bytes(path))
        other = [name for name in now if before.get(name) != now[name]]
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path} is damaged; choose another --output.") from error
    if other:
        name = other[0]
        raise InputError(
            f"{task.rule.output} holds results with other settings ({name} was {before.get(name)}, "
            f"is {now[name]}); choose another --output."
        )


def settings(task):
    """Everything that the results of a `Task` depend on, for JSON."""
    network = {k: v for k, v in task.network._asdict().items() if k not in _FREE}
    network["weights"] = _identity(task.network.weights)
    plain = {**network, **task.source._asdict(), "feather": task.feather, "size": task.size}
    return json.loads(json.dumps(plain))


def _identity(weights):
    """An identity of weights: the hash of a file's bytes, or else the name."""
    if "://" in weights:
        return f"{weights} {FileSystems.checksum(weights)}"
    if not os.path.isfile(weights):
        return os.path.basename(os.path.normpath(weights))
    return sha256_of_file(weights)


def _require_match(flag, pattern):
    try:
        found = FileSystems.match([pattern], limits=[1])[0].metadata_list
    except Exception as error:  # filesystems raise what their libraries do
        raise InputError(f"{flag} {pattern} cannot be listed: {reason_of(error)}.") from error
    if not found:
        raise InputError(f"{flag} {pattern} matches no file.")
