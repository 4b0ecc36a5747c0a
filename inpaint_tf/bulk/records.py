"""What became of a picture: a line of the manifest."""

import json

DONE, COPIED, THERE, FAILED = "done", "copied", "there", "failed"
# What a state means, in the words of the last line.
STATES = {
    DONE: "done",
    COPIED: "without a hole copied",
    THERE: "there already",
    FAILED: "failed",
}


def record(job, state, **more):
    """What became of a picture, a dictionary of texts, numbers and lists.

    Args:
        job: its `Job`.
        state: a key of `STATES`.
        **more: what else is to be known of it.
    """
    return {"image": job.image, "mask": job.mask, "output": job.output, "state": state, **more}


def failure(job, reason):
    """The record of a picture that is not completed, and the sentence why."""
    return record(job, FAILED, reason=" ".join(str(reason).split()))


def as_line(entry):
    """A record as a line of JSON."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)
