"""Which picture belongs to which mask, and which pictures are done."""

from typing import NamedTuple, Optional

from inpaint_tf.bulk.names import result_of
from inpaint_tf.bulk.records import EXISTING, failure, record
from inpaint_tf.inference.folder import Job


class Rule(NamedTuple):
    """How pictures are paired.

    output: the directory of results, without a slash at its end.
    with_masks: whether every picture has a mask of its own.
    one_mask: a mask file for all pictures, or None.
    """

    output: str
    with_masks: bool = False
    one_mask: Optional[str] = None


def paired(images, masks, results, rule):
    """The jobs of the pictures of one name.

    Args:
        images: list of pairs of path and prefix of the pictures of this name.
        masks: list of pairs of path and whether the mask has that name, not NAME_mask.
        results: list of the existing results of this name.
        rule: a `Rule`.

    Returns:
        Two lists: the `Job`s to do, and the records of pictures with nothing to do.
    """
    own = sorted({path for path, exact in masks if exact})
    if not own:
        own = sorted({path for path, _ in masks})
    jobs, records = [], []
    images = sorted(set(images))
    for path, prefix in images:
        job = Job(path, rule.one_mask, result_of(path, prefix, rule.output))
        if len(images) > 1:
            names = " and ".join(name for name, _ in images)
            reason = f"{names} would both be written to {job.output}."
            records.append(failure(job, reason))
        elif results:
            records.append(record(job, EXISTING))
        elif rule.with_masks and len(own) != 1:
            found = f"has the masks {' and '.join(own)}" if own else "has no mask"
            reason = f"{path} {found}; expected one of its name, up to the suffix."
            records.append(failure(job, reason))
        else:
            jobs.append(job._replace(mask=own[0]) if rule.with_masks else job)
    return jobs, records
