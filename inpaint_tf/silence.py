"""Keeps C libraries from writing to standard error, which belongs to us."""

import contextlib
import os
import sys


@contextlib.contextmanager
def silenced_stderr():
    """Discards writes to descriptor 2 within the block; Python's exceptions are unaffected.

    This concerns the whole process: only for commands, while no other thread writes.
    """
    if sys.stderr is None:  # the command was started without
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
