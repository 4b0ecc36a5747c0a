"""The one exception a user may see: a sentence about what was given."""


class InputError(ValueError):
    """Something given from outside cannot be used.

    The message is one sentence that names the file or the key, what was found and what was
    expected. Commands print it and exit with status 2; libraries may catch it as `ValueError`.
    """
