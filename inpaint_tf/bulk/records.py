"""The record of a picture: a line of the manifest."""

import json

DONE, COPIED, EXISTING, FAILED = "done", "copied", "there", "failed"
# The states, and their words in the summary.
STATES = {
    DONE: "done",
    COPIED: "without a hole copied",
    EXISTING: "there already",
    FAILED: "failed",
}


def record(job, state, **more):
    """The record of a picture, a dictionary of texts, numbers and lists.

    Args:
        job: its `Job`.
        state: a key of `STATES`.
        **more: further facts.
    """
    return {"image": job.image, "mask": job.mask, "output": job.output, "state": state, **more}


def failure(job, reason):
    """The record of a picture that is not completed, with the reason."""
    return record(job, FAILED, reason=" ".join(str(reason).split()))


def as_line(entry):
    """A record as a line of JSON."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)
