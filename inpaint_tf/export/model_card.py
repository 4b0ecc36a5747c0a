"""The card beside an exported model: what it is, where it comes from, how to call it."""

import datetime
import os
import platform

from inpaint_tf import __version__
from inpaint_tf.files import sha256_of_file


def model_card(facts):
    """A Markdown text.

    Args:
        facts: dict of title -> text, or dict of name -> text for a table.
    """
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    lines = [f"# {facts['name']}, version {facts['version']}", ""]
    lines += [
        "Completes the holes of pictures (image inpainting). Written by the export command",
        "",
    ]
    lines += [f"of inpaint_tf {__version__} on {today}.", ""]
    for title, content in facts["sections"].items():
        lines += [f"## {title}", ""]
        if isinstance(content, dict):
            lines += ["| | |", "|---|---|"]
            lines += [f"| {name} | {text} |" for name, text in content.items()]
        else:
            lines += [content]
        lines.append("")
    return "\n".join(lines)


def library_versions():
    """dict of library -> version."""
    import keras
    import numpy as np
    import tensorflow as tf

    return {
        "Python": platform.python_version(),
        "TensorFlow": tf.__version__,
        "Keras": keras.__version__,
        "NumPy": np.__version__,
    }


def file_hashes(path):
    """SHA-256 of the files that weights consist of.

    Args:
        path: as `load_model` takes.

    Returns:
        dict of file name -> hash in hexadecimal.
    """
    if os.path.isfile(path) and not path.endswith(".index"):
        files = [path]
    elif os.path.isdir(path):
        files = [os.path.join(path, name) for name in os.listdir(path)]
        files = [name for name in files if name.endswith(".safetensors") or _of_checkpoint(name)]
    else:
        prefix = path[: -len(".index")] if path.endswith(".index") else path
        above = os.path.dirname(os.path.abspath(prefix))
        names = (name for name in os.listdir(above) if name.startswith(os.path.basename(prefix)))
        files = [os.path.join(above, name) for name in names if _of_checkpoint(name)]
    return {os.path.basename(name): sha256_of_file(name) for name in sorted(files)}


def _of_checkpoint(name):
    return name.endswith(".index") or ".data-" in os.path.basename(name)
