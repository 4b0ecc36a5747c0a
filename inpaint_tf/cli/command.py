"""How every command runs: parse its flags, do the work, turn bad input into a sentence."""

import importlib
import os
import sys
import textwrap
import warnings

from absl import flags, logging

from inpaint_tf.errors import InputError
from inpaint_tf.silence import silenced_stderr

FINE, SOME_FAILED, BAD_INPUT, INTERRUPTED, NO_READER = 0, 1, 2, 130, 141


class Command:
    """A command line: its name, what it does, its flags and the function that does the work.

    Args:
        name: how the command is started, for the first line of the help: "python test.py".
        description: one or more paragraphs.
        define: function of an `absl.flags.FlagValues` that defines the flags in it.
        work: function of the parsed `FlagValues`, then of the positional arguments, that does the
            work and returns an exit status (None counts as 0). It raises `InputError` for anything
            the user can mend, and calls `import_tensorflow` before it needs TensorFlow.
        positional: names of the arguments without a flag, all of them required.
        passes_on: whether flags that are not its own are for another program; `work` gets them as
            one list, as they were typed.
    """

    def __init__(self, name, description, define, work, positional=(), passes_on=False):
        self.name = name
        self.description = description
        self.define = define
        self.work = work
        self.positional = tuple(positional)
        self.passes_on = passes_on

    def __call__(self, argv=None, name=None):
        """Runs the command and returns its exit status.

        Args:
            argv: the arguments, by default `sys.argv[1:]`.
            name: how the command was started, if not by `self.name`.
        """
        name = name or self.name
        arguments = sys.argv[1:] if argv is None else list(argv)
        # Pillow's, about tags that are left out; where they matter, we say so ourselves.
        warnings.filterwarnings("ignore", module="PIL")
        values = flags.FlagValues()
        self.define(values)
        flags.DEFINE_boolean("help", False, "Show this text.", flag_values=values)
        if self.passes_on:
            values.set_gnu_getopt()  # own flags may follow others
        try:
            rest = values([name, *arguments], known_only=self.passes_on)[1:]
            if values.help:
                print(self.help_text(values, name))
                return FINE
            if self.passes_on:
                return self.work(values, rest) or FINE
            if len(rest) != len(self.positional):
                raise flags.Error(self._positional_error(rest))
            return self.work(values, *rest) or FINE
        except (flags.Error, InputError) as error:
            print(f"error: {one_sentence(error)}", file=sys.stderr)
            return BAD_INPUT
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return INTERRUPTED
        except BrokenPipeError:  # the reader of our output has gone, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return NO_READER

    def help_text(self, values, name=None):
        """The whole help: usage, description, every flag with its default."""
        usage = " ".join([name or self.name, "[flags]", *self.positional])
        lines = [f"usage: {usage}", "", *textwrap.dedent(self.description).strip().splitlines(), ""]
        for flag in self._flags_as_defined(values):
            word, help_text = _value_word_and_help(flag)
            lines.append(f"  --{flag.name} {word}".rstrip())
            if flag.default or (flag.default == 0 and word):
                help_text += f" Default: {flag.default_as_str.strip(chr(39))}."
            lines += textwrap.wrap(help_text, 88, initial_indent=" " * 6, subsequent_indent=" " * 6)
        return "\n".join(lines)

    def _flags_as_defined(self, values):
        return [values[name] for name in values]

    def _positional_error(self, rest):
        if not self.positional:
            return f"{rest[0]!r} is not a flag; flags begin with --, see --help."
        expected = " ".join(self.positional)
        return f"{len(rest)} arguments given; expected {len(self.positional)}: {expected}."


def import_tensorflow():
    """Imports TensorFlow without the log lines that it writes to standard error.

    Commands check what they can (flags, files) before they call this, since the import takes
    seconds. A user who sets TF_CPP_MIN_LOG_LEVEL to 0 or 1 wants to see them and does; 2 and 3
    ask for silence, but TensorFlow alone does not keep it.
    """
    # A command is a process of its own, so a backend chosen for other programs does not hold here.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3") not in ("2", "3"):
        importlib.import_module("tensorflow")
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # TensorFlow 2.21 logs through its own absl before any level applies, straight to descriptor 2.
    with silenced_stderr():
        importlib.import_module("tensorflow")
    # Warnings from TensorFlow's Python, as about gradients that an export leaves out on purpose.
    logging.set_verbosity(logging.ERROR)


def one_sentence(message):
    """The message on one line, as every command says it.

    Characters that would control a terminal, or reverse its text, are escaped: names of files and
    words of servers may hold any.
    """
    line = " ".join(str(message).split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _value_word_and_help(flag):
    """The word for a flag's value in the help, and the rest of its help text.

    A help text may name its value itself: "FILE: the picture to complete."
    """
    help_text = (flag.help or "").split(";\n")[0]
    flag_type = flag.flag_type()
    if flag_type == "bool":
        return "", help_text
    if flag_type.endswith("enum"):
        return "|".join(flag.parser.enum_values), help_text.split(">: ", 1)[-1]
    word, colon, rest = help_text.partition(": ")
    if colon and " " not in word:
        return word, rest[:1].upper() + rest[1:]
    return {"int": "N", "float": "X"}.get(flag_type, "TEXT"), help_text
