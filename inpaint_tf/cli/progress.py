"""The output of a command at work: lines, and a progress bar on a terminal."""

import sys

from inpaint_tf.cli.command import one_sentence


class Report:
    """Lines on standard output, errors and the progress bar on standard error.

    Args:
        quiet: whether only errors are printed.
    """

    def __init__(self, quiet=False):
        self.quiet = quiet
        self._bar = None

    def counted(self, items):
        """Yields the items; on a terminal a bar shows how far it is."""
        if self.quiet or not sys.stderr.isatty():
            yield from items
            return
        from tqdm import tqdm  # not needed for a single picture, nor in a script

        with tqdm(items, unit="picture", dynamic_ncols=True) as self._bar:
            yield from self._bar
        self._bar = None

    def notice(self, sentence):
        """Prints a hint about something that may be unintended."""
        if not self.quiet:
            self._write(f"notice: {one_sentence(sentence)}", sys.stdout)

    def done(self, sentence):
        """Prints what is finished."""
        if not self.quiet:
            self._write(one_sentence(sentence), sys.stdout)

    def error(self, sentence):
        """Prints what failed."""
        self._write(f"error: {one_sentence(sentence)}", sys.stderr)

    def _write(self, line, stream):
        # Names of files may hold characters, or bytes, that the terminal's encoding lacks.
        encoding = stream.encoding or "utf-8"
        line = line.encode(encoding, "backslashreplace").decode(encoding)
        if self._bar is None:
            print(line, file=stream, flush=True)
        else:
            self._bar.write(line, file=stream)
