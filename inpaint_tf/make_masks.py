"""`python -m inpaint_tf.masks`: draws holes, and writes them as files with a list of hashes."""

import json
import os
import sys

import cv2
import numpy as np
from absl import flags

from inpaint_tf import __version__
from inpaint_tf.amount import amount
from inpaint_tf.cli.command import FINE, Command
from inpaint_tf.cli.progress import Report
from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.buckets import bucket_of
from inpaint_tf.evaluation.hashes import sha256_of_hole
from inpaint_tf.files import replacing
from inpaint_tf.masks.draw import Draw
from inpaint_tf.masks.irregular import (
    BORDERS,
    PAPER_SHARES,
    SHARES,
    sample_irregular,
    touches_border,
)
from inpaint_tf.masks.samplers import SAMPLERS, sample_hole

FORMAT = "inpaint_tf masks 1"
MANIFEST = "masks.json"
IRREGULAR = "irregular"
SMALLEST, LARGEST = 32, 4096
DESCRIPTION = """
Draws holes, white on black, and writes them as PNG files with the list masks.json, which has the
share of the picture, the bucket and the SHA-256 of every hole.

python -m inpaint_tf.masks --output masks --count 100 --buckets --border both
python -m inpaint_tf.masks --output thick --count 1000 --kind lama_thick --size 512

With --buckets there are --count holes for each of the six ranges of size, from 1-10 to 50-60 % of
the picture, in tables of irregular holes. --border both doubles them: holes that come nearer to the
border than 50/512 of the side, and holes that stay away from it.
"""


def define_flags(values):
    """Defines the command's flags in `values`."""
    flags.DEFINE_string("output", None, "DIRECTORY: where the files go.", flag_values=values)
    flags.DEFINE_integer("count", 100, "How many holes.", lower_bound=1, flag_values=values)
    flags.DEFINE_integer("size", 512, "Side of the masks.", SMALLEST, LARGEST, flag_values=values)
    flags.DEFINE_enum("kind", IRREGULAR, list(SAMPLERS), "The kind of hole.", flag_values=values)
    flags.DEFINE_boolean(
        "buckets", False, "Draw --count for each of the six ranges of size; for irregular holes.",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_enum(
        "border", "any", [*BORDERS, "both"],
        "Whether irregular holes touch the border; both is one set of each.",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer(
        "seed", 0, "The same seed draws the same holes.", 0, 2**31 - 1, flag_values=values
    )
    flags.DEFINE_boolean("quiet", False, "Print only errors.", flag_values=values)


def work(values):
    """Draws and writes; returns the exit status."""
    if not values.output:
        raise InputError("--output is missing; expected a directory for the masks.")
    if values.kind != IRREGULAR and (values.buckets or values.border != "any"):
        raise InputError(
            f"--kind {values.kind} takes neither --buckets nor --border; only {IRREGULAR} holes "
            "are drawn to a size and a position."
        )
    _make_empty(values.output)
    report = Report(values.quiet)
    records = [
        _write(values.output, name, hole)
        for name, hole in _holes(values, report.counted(range(values.count)))
    ]
    _write_manifest(values, sorted(records, key=lambda record: record["file"]))
    report.done(f"{values.output}: {amount(len(records), 'mask', 'masks')} and {MANIFEST}")
    return FINE


def _holes(values, numbers):
    """Yields (name, hole)."""
    size = (values.size, values.size)
    borders = ("touching", "apart") if values.border == "both" else (values.border,)
    shares = PAPER_SHARES if values.buckets else (SHARES,)
    for number in numbers:
        if values.kind != IRREGULAR:
            yield f"{values.kind}_{number:05d}", sample_hole(values.kind, values.seed, number, size)
            continue
        for bucket, (low, high) in enumerate(shares):
            for border in borders:
                draw = Draw(values.seed, number, bucket, BORDERS.index(border))
                parts = [
                    IRREGULAR,
                    *([f"{round(100 * low):02d}-{round(100 * high)}"] if values.buckets else []),
                    *([border] if border != "any" else []),
                    f"{number:05d}",
                ]
                yield "_".join(parts), sample_irregular(draw, size, (low, high), border)


def _make_empty(path):
    try:
        os.makedirs(path, exist_ok=True)
        found = sorted(os.listdir(path))
    except OSError as error:
        raise InputError(f"--output {path} cannot be made: {error.strerror}.") from error
    if found:
        raise InputError(
            f"--output {path} holds {found[0]!r} and {len(found) - 1} more; expected a new or "
            "empty directory, so that all masks in it are of one list."
        )


def _write(directory, name, hole):
    with replacing(os.path.join(directory, f"{name}.png")) as temporary:
        done, encoded = cv2.imencode(".png", np.where(hole, 255, 0).astype(np.uint8))
        assert done
        encoded.tofile(temporary)
    share = float(hole.mean())
    return {
        "file": f"{name}.png",
        "share": round(share, 6),
        "bucket": bucket_of(share),
        "touches_border": touches_border(hole),
        "sha256_of_pixels": sha256_of_hole(hole),
    }


def _write_manifest(values, records):
    manifest = {
        "format": FORMAT,
        "inpaint_tf": __version__,
        **{name: getattr(values, name) for name in ("kind", "seed", "size", "count", "border")},
        "buckets": values.buckets,
        "masks": records,
    }
    target = os.path.join(values.output, MANIFEST)
    with replacing(target) as path, open(path, "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)
        file.write("\n")


main = Command("python -m inpaint_tf.masks", DESCRIPTION, define_flags, work)

if __name__ == "__main__":
    sys.exit(main())
