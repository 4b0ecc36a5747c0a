"""Keeps C libraries from writing to standard error, which belongs to us."""

import contextlib
import os
import sys


@contextlib.contextmanager
def silenced_stderr():
    """Sends descriptor 2 nowhere within the block; what Python raises is not touched.

    Of a whole process, so only in commands, and where no other thread of theirs writes.
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
