"""Many pictures: which picture goes with which mask to which output."""

import os
import shlex
from typing import NamedTuple, Optional

from inpaint_tf.errors import InputError
from inpaint_tf.inference.opening import FORMAT_OF_SUFFIX


class Job(NamedTuple):
    """One picture to complete: paths of the picture, its mask (or None) and the output."""

    image: str
    mask: Optional[str]
    output: str


class Missing(NamedTuple):
    """A picture that cannot even be begun, and why."""

    image: str
    reason: str


def folder_jobs(image_dir, output_dir, mask_dir=None, mask=None):
    """Pairs the pictures of a directory with masks; outputs are `output_dir/STEM.png`.

    Files count as pictures by their suffix; hidden files and sub-directories do not count.

    Args:
        image_dir: directory of pictures.
        output_dir: directory for the results.
        mask_dir: directory of masks with the stems of the pictures, in any format. Or None.
        mask: one mask file for all pictures. Or None.

    Returns:
        A list of `Job`, or `Missing` for a picture without a mask, in order of names; and a list
        of sentences about what was left out.

    Raises:
        InputError: a directory is missing or empty, two pictures would have the same output, or
            results would overwrite pictures or masks.
    """
    images, others = _pictures_of(image_dir, "--image_dir")
    masks = {}
    if mask_dir is not None:
        for path in _pictures_of(mask_dir, "--mask_dir")[0]:
            if masks.setdefault(_stem(path), path) != path:
                raise InputError(
                    f"{masks[_stem(path)]} and {path} are both masks for {_stem(path)}."
                )
    for flag, directory in (("--image_dir", image_dir), ("--mask_dir", mask_dir)):
        if directory is not None and _same_directory(directory, output_dir):
            raise InputError(f"--output_dir is {flag} ({directory}); results would overwrite it.")

    jobs = []
    for path in images:
        output = os.path.join(output_dir, _stem(path) + ".png")
        if mask_dir is not None and _stem(path) not in masks:
            jobs.append(Missing(path, f"{path} has no mask {_stem(path)}.* in {mask_dir}."))
        else:
            jobs.append(Job(path, masks.get(_stem(path), mask), output))
    _require_distinct(jobs)
    notices = []
    if others:
        notices.append(
            f"{len(others)} file(s) of {image_dir} are no pictures by their names and are left "
            f"out, {os.path.basename(others[0])} the first."
        )
    return jobs, notices


def list_jobs(path):
    """Reads a list of jobs, a line `image mask output` each.

    Names with spaces are quoted, or the three are separated by tabs. Empty lines and lines that
    begin with # are passed over. Relative paths count from the working directory.

    Raises:
        InputError: the list is missing, empty, or has a line that is not three names.
    """
    jobs = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        names = _split(line, f"{path}, line {number}")
        if len(names) != 3:
            raise InputError(
                f"{path}, line {number} has {len(names)} name(s); expected three: image mask "
                "output (quote names with spaces, or separate by tabs)."
            )
        jobs.append(Job(*names))
    if not jobs:
        raise InputError(f"{path} names no picture; expected lines: image mask output.")
    _require_distinct(jobs)
    return jobs


def _lines(path):
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory; expected a text file of lines.")
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read().splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not a text file; expected lines: image mask output."
        ) from error


def _split(line, where):
    if "\t" in line:
        return [name.strip() for name in line.split("\t") if name.strip()]
    try:
        return shlex.split(line)
    except ValueError as error:
        raise InputError(f"{where} has a quotation mark without its partner.") from error


def _pictures_of(directory, flag):
    """Paths with a picture's suffix and paths without, sorted."""
    if not os.path.isdir(directory):
        raise InputError(f"{flag} {directory} is not a directory.")
    try:
        names = sorted(name for name in os.listdir(directory) if not name.startswith("."))
    except OSError as error:
        raise InputError(f"{flag} {directory} cannot be read: {error.strerror}.") from error
    paths = [os.path.join(directory, name) for name in names]
    paths = [path for path in paths if not os.path.isdir(path)]
    pictures = [p for p in paths if os.path.splitext(p)[1].lower() in FORMAT_OF_SUFFIX]
    if not pictures:
        raise InputError(
            f"{flag} {directory} holds no pictures; expected names that end in "
            f"{' '.join(FORMAT_OF_SUFFIX)}."
        )
    return pictures, [path for path in paths if path not in set(pictures)]


def _require_distinct(jobs):
    """Refuses two results of one name, and results in the place of pictures or masks."""
    jobs = [job for job in jobs if isinstance(job, Job)]
    given = {os.path.realpath(path) for job in jobs for path in (job.image, job.mask) if path}
    taken = {}
    for job in jobs:
        if os.path.realpath(job.output) in given:
            raise InputError(
                f"{job.image} would be written to {job.output}, which is one of the pictures or "
                "masks given; choose another output."
            )
        first = taken.setdefault(os.path.abspath(job.output), job)
        if first is not job:
            raise InputError(
                f"{first.image} and {job.image} would both be written to {job.output}."
            )


def _same_directory(one, other):
    return os.path.exists(other) and os.path.samefile(one, other)


def _stem(path):
    return os.path.splitext(os.path.basename(path))[0]
