"""Functions of a module replaced by stand-ins that remember what they were called with."""

import inspect


class Recorded:
    """Replaces functions until the end of a test.

    Args:
        monkeypatch: pytest's fixture.

    Attributes:
        made: a dictionary for each call of any of them: the arguments by their names.
    """

    def __init__(self, monkeypatch):
        self.made = []
        self._monkeypatch = monkeypatch

    def replace(self, module, name, answer):
        """`module.name` is replaced by `answer`, a function of the same arguments, by name."""
        signature = inspect.signature(getattr(module, name))

        def recorded(*args, **named):
            given = signature.bind(*args, **named)
            given.apply_defaults()
            self.made.append(given.arguments)
            return answer(**given.arguments)

        self._monkeypatch.setattr(module, name, recorded)
