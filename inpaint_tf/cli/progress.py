"""What a command says while it works through many things: lines, and a bar on a terminal."""

import sys

from inpaint_tf.cli.command import one_sentence


class Report:
    """Lines on standard output, errors and the progress bar on standard error.

    Args:
        quiet: only errors are said.
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
        """Says what may not be as meant."""
        if not self.quiet:
            self._write(f"notice: {one_sentence(sentence)}", sys.stdout)

    def done(self, sentence):
        """Says what is finished."""
        if not self.quiet:
            self._write(one_sentence(sentence), sys.stdout)

    def error(self, sentence):
        """Says what failed."""
        self._write(f"error: {one_sentence(sentence)}", sys.stderr)

    def _write(self, line, stream):
        # Names of files may hold characters, or bytes, that the terminal's encoding lacks.
        encoding = stream.encoding or "utf-8"
        line = line.encode(encoding, "backslashreplace").decode(encoding)
        if self._bar is None:
            print(line, file=stream, flush=True)
        else:
            self._bar.write(line, file=stream)
