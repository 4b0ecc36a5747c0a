"""SIGTERM and Ctrl-C as a request to stop after the current step."""

import contextlib
import signal


class StopWish:
    """Whether the run has been asked to stop, and by which signal."""

    def __init__(self):
        self.name = None

    def __bool__(self):
        return self.name is not None


@contextlib.contextmanager
def stopping_on_signals():
    """Gives a `StopWish` that SIGTERM and SIGINT make true; a second Ctrl-C stops at once."""
    wish = StopWish()
    previous = {}

    def note(number, _frame):
        if wish and number == signal.SIGINT:
            raise KeyboardInterrupt
        wish.name = signal.Signals(number).name

    for number in (signal.SIGTERM, signal.SIGINT):
        previous[number] = signal.signal(number, note)
    try:
        yield wish
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
