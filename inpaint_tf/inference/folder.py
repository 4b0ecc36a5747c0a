"""Many pictures: their masks and their outputs."""

import os
from typing import NamedTuple, Optional

from inpaint_tf.errors import InputError
from inpaint_tf.inference.opening import FORMAT_OF_SUFFIX
from inpaint_tf.lists import (
    MASK_ENDING,
    existing,
    masks_beside,
    read_lines,
    split_names,
    stem_of,
)

_EXPECTED = "lines: image mask output"


class Job(NamedTuple):
    """One picture to complete: paths of the picture, its mask (or None) and the output."""

    image: str
    mask: Optional[str]
    output: str


class Missing(NamedTuple):
    """A picture that cannot be completed, and why."""

    image: str
    reason: str


def folder_jobs(image_dir, output_dir, mask_dir=None, mask=None):
    """Pairs the pictures of a directory with masks; outputs are `output_dir/STEM.png`.

    Files count as pictures by their suffix; hidden files and sub-directories do not count.

    Args:
        image_dir: directory of pictures.
        output_dir: directory for the results.
        mask_dir: directory of masks with the stems of the pictures, or NAME_mask for the picture
            NAME, in any format; with the latter names it may be the pictures' own. Or None.
        mask: one mask file for all pictures. Or None.

    Returns:
        A list of `Job`, or `Missing` for a picture without a mask, in order of names; and a list
        of sentences about what was left out.

    Raises:
        InputError: a directory is missing or empty, two pictures would have the same output, or
            results would overwrite pictures or masks.
    """
    images, others = _pictures_of(image_dir, "--image_dir")
    images, beside = _masks_apart(images)
    masks = {}
    if mask_dir is not None:
        for path in _masks_of(mask_dir, image_dir, beside):
            if masks.setdefault(_stem(path), path) != path:
                raise InputError(
                    f"{masks[_stem(path)]} and {path} are both masks for {_stem(path)}."
                )
    for flag, directory in (("--image_dir", image_dir), ("--mask_dir", mask_dir)):
        if directory is not None and same_place(directory, output_dir):
            raise InputError(f"--output_dir is {flag} ({directory}); results would overwrite it.")

    jobs = []
    for path in images:
        stem = _stem(path)
        output = os.path.join(output_dir, os.path.splitext(os.path.basename(path))[0] + ".png")
        own = masks.get(stem, masks.get(stem + MASK_ENDING)) if mask_dir is not None else mask
        if mask_dir is not None and own is None:
            jobs.append(Missing(path, f"{path} has no mask {stem}.* in {mask_dir}."))
        elif own is not None and same_place(own, path):
            jobs.append(Missing(path, f"{path} is given as its own mask."))
        else:
            jobs.append(Job(path, own, output))
    _require_distinct(jobs)
    notices = []
    if beside and not (mask_dir is not None and same_place(image_dir, mask_dir)):
        notices.append(
            f"{len(beside)} file(s) of {image_dir} are masks of pictures there by their names and "
            f"are left out, {os.path.basename(beside[0])} the first."
        )
    if others:
        notices.append(
            f"{len(others)} file(s) of {image_dir} are not pictures by their names and are left "
            f"out, {os.path.basename(others[0])} the first."
        )
    return jobs, notices


def list_jobs(path):
    """Reads a list of jobs, a line `image mask output` each.

    Names with spaces are quoted, or the names are separated by tabs. Empty lines and lines that
    begin with # are skipped, see `lists.read_lines`. Relative paths count from the working
    directory; pictures and masks may also lie beside the list.

    Raises:
        InputError: the list is missing, empty, or has a line that is not three names.
    """
    jobs, folder = [], os.path.dirname(os.path.abspath(path))
    for number, line in read_lines(path, _EXPECTED):
        names = split_names(line, f"{path}, line {number}")
        if len(names) != 3:
            raise InputError(
                f"{path}, line {number} has {len(names)} name(s); expected three: image mask "
                "output (quote names with spaces, or separate by tabs)."
            )
        image, mask = (existing(name, folder) or name for name in names[:2])
        if same_place(image, mask):
            raise InputError(f"{path}, line {number} gives {image} as its own mask.")
        jobs.append(Job(image, mask, names[2]))
    if not jobs:
        raise InputError(f"{path} names no picture; expected {_EXPECTED}.")
    _require_distinct(jobs)
    return jobs


def _masks_apart(paths):
    """Pictures, and the masks `NAME_mask` that lie beside pictures `NAME`."""
    beside = set(masks_beside(paths))
    return [p for p in paths if p not in beside], [p for p in paths if p in beside]


def _masks_of(mask_dir, image_dir, beside):
    """The mask files of a directory; if it also holds the pictures, only those named as masks."""
    if not same_place(mask_dir, image_dir):
        return _pictures_of(mask_dir, "--mask_dir")[0]
    if not beside:
        raise InputError(
            f"--mask_dir is --image_dir ({image_dir}), so every picture would be its own mask; "
            f"expected masks named NAME{MASK_ENDING} beside pictures NAME."
        )
    return beside


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
    """Refuses two results of one name, and results that would replace pictures or masks."""
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


def require_other_mask(image, mask):
    """Raises `InputError` if a picture's mask, or None, is the picture itself."""
    if mask is not None and same_place(image, mask):
        raise InputError(f"{image} is given as its own mask; expected a file, white in the hole.")


def same_place(one, other):
    """Whether two names stand for one file, which exists."""
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)


def _stem(path):
    return stem_of(os.path.basename(path))
