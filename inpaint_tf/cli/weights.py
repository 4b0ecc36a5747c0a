"""`inpaint weights`: the weights known by name, and where others come from."""

import json
import os
import sys
from importlib import resources

from absl import flags

from inpaint_tf.cli.command import Command
from inpaint_tf.weights.paths import NAMED

DESCRIPTION = """
Lists the weights that come with the package, by the names that --weights and --init_weights take,
and the authors' released checkpoints, which this package reads and recognises but does not hold.
"""


def define(values):
    """Defines the command's flags in `values`."""
    flags.DEFINE_boolean("json", False, "Print the list as JSON.", flag_values=values)


def known_weights():
    """All known weights, a dict each: name, size in bytes, padding, licence, how to use them."""
    listed = json.loads(resources.files("inpaint_tf.weights").joinpath("known.json").read_text())
    for word, path in NAMED.items():
        entry = next(each for each in listed["bundled"] if each["name"] == word)
        entry["bytes"] = os.path.getsize(path())
        entry["file"] = path()
    return listed


def work(values):
    """Prints the list."""
    listed = known_weights()
    if values.json:
        print(json.dumps(listed, indent=1))
        return
    print("With the package:")
    for entry in listed["bundled"]:
        _print(entry)
    print(
        "\nReleased by the authors of the method, available from them (tensors are recognised by "
        "their CRC32C):"
    )
    for entry in listed["released"]:
        _print(entry)
    print(
        "\nA downloaded checkpoint is used as it is, --weights DIRECTORY, or turned into a file:\n"
        "  inpaint convert DIRECTORY model.safetensors"
    )


def _print(entry):
    print(f"\n  {entry['name']}")
    for key, value in entry.items():
        if key != "name":
            print(f"    {key}: {value:,}" if isinstance(value, int) else f"    {key}: {value}")


main = Command("python -m inpaint_tf weights", DESCRIPTION, define, work)

if __name__ == "__main__":
    sys.exit(main())
