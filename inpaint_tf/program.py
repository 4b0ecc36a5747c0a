"""The console program `inpaint`, also `python -m inpaint_tf`: every command under one name."""

import difflib
import importlib
import os
import sys

from inpaint_tf import __version__
from inpaint_tf.cli.command import BAD_INPUT, FINE

# The name of a command -> the module whose `main` runs it, and what it does.
COMMANDS = {
    "train": ("inpaint_tf.cli.train", "trains a network"),
    "export": ("inpaint_tf.cli.export", "writes a SavedModel for TF Serving"),
    "evaluate": ("inpaint_tf.evaluate", "measures completed pictures against their originals"),
    "convert": ("inpaint_tf.convert", "turns checkpoints into one .safetensors file"),
    "benchmark": ("inpaint_tf.benchmark.__main__", "measures time and memory"),
    "client": ("inpaint_tf.client", "asks a running TF Serving"),
    "masks": ("inpaint_tf.make_masks", "draws holes as files"),
    "shards": ("inpaint_tf.make_shards", "puts pictures into TFRecord files to train from"),
    "run": ("inpaint_tf.cli.run", "completes pictures with the arguments of IOPaint's command"),
    "faces": ("inpaint_tf.measure_faces", "measures how well completed faces keep their structure"),
    "face_lines": ("inpaint_tf.sketch_faces", "draws sketches of faces as files"),
    "edges": ("inpaint_tf.make_edges", "writes sketches of pictures as files"),
    "bulk": ("inpaint_tf.bulk.command", "completes millions of pictures, by Apache Beam"),
    "web": ("inpaint_tf.web.command", "serves the page to paint on, and an HTTP interface"),
    "weights": ("inpaint_tf.cli.weights", "lists the weights that are known by name"),
}
COMPLETE = "inpaint_tf.cli.inpaint"  # without a command's name: the flags of test.py


def main(argv=None, program=None):
    """Runs `inpaint COMMAND ...`, or, without a command, `inpaint --image ... --mask ...`.

    Args:
        argv: arguments, by default those of the process.
        program: how the program was started, for help texts; by default as it was typed.

    Returns:
        The exit status of the command.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    program = program or _typed()
    if not arguments or arguments[0] == "help":
        print(_overview(program))
        return FINE
    first = arguments[0]
    if first == "--version":
        print(f"inpaint_tf {__version__}")
        return FINE
    if first.startswith("-"):
        if first in ("--help", "-h", "-help"):
            print(_overview(program), end="\n\n")
        return _run(COMPLETE, arguments, program)
    if first not in COMMANDS:
        near = difflib.get_close_matches(first, COMMANDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(COMMANDS)}."
        print(f"error: {first!r} is not a command of {program}; {hint}", file=sys.stderr)
        return BAD_INPUT
    return _run(COMMANDS[first][0], arguments[1:], f"{program} {first}")


def _run(module, arguments, name):
    return importlib.import_module(module).main(arguments, name=name)


def _typed():
    name = os.path.basename(sys.argv[0])
    return "python -m inpaint_tf" if name == "__main__.py" else name


def _overview(program):
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {what}" for name, (_, what) in COMMANDS.items()]
    return "\n".join(
        [
            f"usage: {program} --image FILE --mask FILE [flags]",
            f"       {program} COMMAND [flags]",
            "",
            "Without a command's name, fills the holes of pictures. Commands:",
            "",
            *lines,
            "",
            f"{program} COMMAND --help says more; {program} --version prints the version.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
