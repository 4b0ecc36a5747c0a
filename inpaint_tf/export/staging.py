"""Versions of a served model on disk, each written whole or not at all."""

import contextlib
import os
import shutil
import tempfile

from inpaint_tf.errors import InputError
from inpaint_tf.files import PARTIAL, claimed, remove_leftovers, require_no_pattern

VERSION, BESIDE = "version", "beside"  # parts of what is being built


def choose_version(directory, version=None):
    """The version to write; refused if it cannot be written.

    Args:
        directory: of the model; need not exist.
        version: positive int, or None for the next free one.

    Raises:
        InputError: `directory` is a file, is not writable, or holds that version.
    """
    require_no_pattern(directory, f"--output_dir {directory}")
    existing = []
    if os.path.exists(directory):
        if not os.path.isdir(directory):
            raise InputError(f"--output_dir {directory} is a file; expected a directory.")
        try:
            existing = [int(name) for name in os.listdir(directory) if name.isdecimal()]
        except OSError as error:
            raise InputError(
                f"--output_dir {directory} cannot be read: {error.strerror}."
            ) from error
    above = _existing_parent(directory)
    if not os.path.isdir(above) or not os.access(above, os.W_OK | os.X_OK):
        raise InputError(f"--output_dir {directory} cannot be written: {above} is closed to us.")
    if version is None:
        return max(existing, default=0) + 1
    if version in existing:
        raise InputError(
            f"--output_dir {directory} already holds version {version}; expected a new one, "
            f"{max(existing) + 1} for example."
        )
    return version


@contextlib.contextmanager
def staged(directory, version):
    """Gives a directory to build a version in; moves it into the model's if all goes well.

    A server that watches the directory sees a version only when it is complete.

    Args:
        directory: of the model; made if missing.
        version: int.

    Yields:
        A directory with two empty ones in it: "version", which becomes `directory/version`, and
        "beside", whose files go into `directory`.

    Raises:
        InputError: writing failed. After any failure everything is as it was before.
    """
    made = _make(directory)
    temporary, done = None, False
    try:
        with writing(directory):
            # Not a number, so that no server takes it for a version.
            remove_leftovers(directory)
            temporary = tempfile.mkdtemp(prefix=f".{version}{PARTIAL}", dir=directory)
            for part in (VERSION, BESIDE):
                os.mkdir(os.path.join(temporary, part))
        with claimed(temporary):
            yield temporary
        with writing(directory):
            _move(temporary, directory, version)
        done = True
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
        if not done:
            for path in made:
                with contextlib.suppress(OSError):
                    os.rmdir(path)


def _move(temporary, directory, version):
    target = os.path.join(directory, str(version))
    if os.path.lexists(target):
        raise InputError(f"{target} has come into being meanwhile; export again.")
    os.rename(os.path.join(temporary, VERSION), target)
    try:
        beside = os.path.join(temporary, BESIDE)
        for name in os.listdir(beside):
            os.replace(os.path.join(beside, name), os.path.join(directory, name))
    except OSError:
        shutil.rmtree(target, ignore_errors=True)
        raise


@contextlib.contextmanager
def writing(directory):
    """Turns failures to write, from any library, into a sentence."""
    import tensorflow as tf

    try:
        yield
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "message", None) or str(error)
        reason = " ".join(str(reason).split()).rstrip(".")
        raise InputError(f"--output_dir {directory} cannot be written: {reason}.") from error


def _make(directory):
    """Makes a directory and those above it; returns the ones made, the deepest first."""
    missing, path = [], os.path.abspath(directory)
    while not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output_dir {directory} cannot be made: {error.strerror}.") from error
    return missing


def _existing_parent(path):
    path = os.path.abspath(path)
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return path
