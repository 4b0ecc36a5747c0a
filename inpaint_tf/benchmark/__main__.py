"""The command `python -m inpaint_tf.benchmark`."""

import json
import logging
import sys

from absl import flags

from inpaint_tf.benchmark.games import GAMES
from inpaint_tf.benchmark.measure import machine_rate, medians, peak_memory, set_threads
from inpaint_tf.benchmark.report import draw, rows_of, table
from inpaint_tf.benchmark.variants import VARIANTS, default_variants, make
from inpaint_tf.cli.command import Command, import_tensorflow
from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing
from inpaint_tf.process_memory import own_peak

DESCRIPTION = """
Measures WHAT: attention (the layer alone, on features of a quarter of the picture's size),
generator (the whole network) or train (a generator update).

The variants take turns in one process, so that other load on the machine affects all of them alike,
and the median is shown. Peak memory is that of a fresh process for each. GFLOP-eq is time
multiplied by the rate of a large matrix product in the same run, which makes numbers of different
machines comparable. The hole is a centred square of half the side. Networks are those trained for
Places2, without the terms that use another network (perceptual, style).
"""


def define(values):
    """The command's flags."""
    names = sorted({name for variants in VARIANTS.values() for name in variants})
    flags.DEFINE_list("sizes", ["256"], "Side of the picture, or WIDTHxHEIGHT.", flag_values=values)
    flags.DEFINE_integer("batch", 1, "Pictures at once.", lower_bound=1, flag_values=values)
    flags.DEFINE_integer(
        "threads", None, "CPU threads; all if not given.", lower_bound=1, flag_values=values
    )
    flags.DEFINE_integer("repetitions", 5, "Timed rounds.", lower_bound=1, flag_values=values)
    flags.DEFINE_integer("width", 32, "Channels of the network.", lower_bound=2, flag_values=values)
    flags.DEFINE_enum(
        "model", "deepfill_v1", list(GAMES), "The network, for generator and train.",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_list("variants", None, f"Some of: {', '.join(names)}.", flag_values=values)
    flags.DEFINE_integer(
        "patches_up_to",
        512,
        "Largest side at which the reference path is run; it needs 5 GB at 1024.",
        flag_values=values,
    )
    flags.DEFINE_boolean("memory", True, "Measure peak memory as well.", flag_values=values)
    flags.DEFINE_string("json", None, "File for the numbers.", flag_values=values)
    flags.DEFINE_string("plot", None, "PNG of time and memory against size.", flag_values=values)
    flags.DEFINE_boolean(
        "memory_only", False, "Run each variant twice, untimed, and print the peak of the process.",
        flag_values=values,
    )  # fmt: skip


def work(values, what):
    """Measures and reports; returns the exit status."""
    if what not in VARIANTS:
        raise InputError(f"{what!r} cannot be measured; expected one of {', '.join(VARIANTS)}.")
    sizes = [parse_size(text) for text in values.sizes]
    chosen = values.variants or default_variants(what, values.model)
    for name in chosen:
        if name not in VARIANTS[what]:
            known = ", ".join(VARIANTS[what])
            raise InputError(f"{what} has no variant {name!r}; expected some of {known}.")
    import_tensorflow()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of many traced functions
    if values.threads:
        set_threads(values.threads)
    if values.memory_only:
        return print_own_memory(what, chosen, sizes, values)
    results = []
    for size in sizes:
        names = [
            name for name in chosen if "patches" not in name or max(size) <= values.patches_up_to
        ]
        made = {
            name: make(what, name, size, values.batch, values.width, values.model) for name in names
        }
        times = medians({**made, "": machine_rate()}, values.repetitions)
        made.clear()
        memory = {}
        if values.memory:
            memory = {name: peak_memory(what, name, size, values) for name in names}
        results += rows_of(what, size, times, memory)
        print(table(results[-len(names) :]), flush=True)
    if values.json:
        with replacing(values.json) as path, open(path, "w") as file:
            settings = {"what": what, "model": values.model, "batch": values.batch}
            json.dump({**settings, "results": results}, file, indent=1)
    if values.plot:
        with replacing(values.plot) as path:
            draw(results, path)
    return 0


def print_own_memory(what, names, sizes, values):
    """Runs each variant twice and prints the peak memory of this process in bytes."""
    for size in sizes:
        for name in names:
            run = make(what, name, size, values.batch, values.width, values.model)
            run()
            run()
    print(own_peak())
    return 0


def parse_size(text):
    """ "256" or "1920x1080" (width x height) to (height, width), rounded up to multiples of 8."""
    parts = text.lower().split("x")
    if len(parts) > 2 or not all(part.isdigit() and int(part) >= 8 for part in parts):
        raise InputError(f"--sizes has {text!r}; expected a side like 256, or 1920x1080.")
    height, width = int(parts[-1]), int(parts[0])
    return -(-height // 8) * 8, -(-width // 8) * 8


main = Command("python -m inpaint_tf.benchmark", DESCRIPTION, define, work, positional=("WHAT",))

if __name__ == "__main__":
    sys.exit(main())
