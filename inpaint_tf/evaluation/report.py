"""The files of an evaluation: one JSON file and two CSV files."""

import csv
import importlib.metadata
import json
import os
import platform

import cv2
import numpy as np
import PIL

from inpaint_tf.evaluation.cases import ASSIGNMENTS, DRAWN, SAMPLED, cases_sha256
from inpaint_tf.evaluation.hashes import sha256_of_arrays, sha256_of_json
from inpaint_tf.evaluation.metrics import all_metrics
from inpaint_tf.evaluation.telea import RADIUS
from inpaint_tf.files import replacing, sha256_of_file

FORMAT = "inpaint_tf evaluation 1"
NOT_MEASURED = "FID and LPIPS: they need the weights of other networks, which are not at hand."


def protocol_of(pictures, cases, masks, seed, columns=None):
    """What two evaluations must have in common before their numbers can be compared.

    Args:
        pictures: `Pictures`.
        cases: list of `Case`.
        masks: a key of `cases.ASSIGNMENTS`.
        seed: int, which counts if holes are drawn.
        columns: of `Scores.columns`; by default those of every evaluation.

    Returns:
        A dict for JSON, without paths, versions and weights.
    """
    columns = all_metrics() if columns is None else columns
    return {
        "pictures": {
            "count": len(pictures),
            "height": pictures.size[0],
            "width": pictures.size[1],
            "scaling": pictures.scaling,
            "sha256": pictures.sha256,
        },
        "holes": {
            "source": masks,
            "count": len(cases),
            "assignment": ASSIGNMENTS[masks],
            "seed": seed if masks in (*DRAWN, *SAMPLED) else None,
            "sha256": cases_sha256(cases, pictures.names),
        },
        "judged": "the completed picture of 8 bits, known pixels as they were",
        "metrics": {name: metric.meaning for name, metric in columns.items()},
        "opencv_radius": RADIUS,
    }


def weights_record(path):
    """The facts about a weights file, for JSON. Needs TensorFlow.

    Returns:
        A dict: model, options, provenance, the hash of the tensors (the same in every format and
        precision that holds the same numbers), and that of the file, None for a checkpoint.
    """
    from inpaint_tf.weights.load import read_weights

    weights = read_weights(path)
    return {
        "path": os.fspath(path),
        "model": weights.model,
        "options": dict(weights.options),
        "provenance": dict(weights.provenance),
        "tensors_sha256": sha256_of_arrays(weights.arrays),
        "file_sha256": sha256_of_file(path) if os.path.isfile(path) else None,
    }


def versions():
    """Versions of everything that affects the numbers."""
    from inpaint_tf import __version__

    return {
        "inpaint_tf": __version__,
        "python": platform.python_version(),
        "tensorflow": importlib.metadata.version("tensorflow"),
        "keras": importlib.metadata.version("keras"),
        "numpy": np.__version__,
        "opencv": cv2.__version__,
        "pillow": PIL.__version__,
    }


def write_report(directory, protocol, weights, given, pictures, scores):
    """Writes `evaluation.json`, `table.csv` and `pictures.csv`; files of these names are replaced.

    Args:
        directory: where they go; it must exist.
        protocol: of `protocol_of`.
        weights: dict of `weights_record`s by the name of the method, empty without a network.
        given: dict of the user's flags.
        pictures: `Pictures`, for the names.
        scores: `Scores`.

    Returns:
        The names of the files.
    """
    summary = scores.summary()
    report = {
        "format": FORMAT,
        "protocol_sha256": sha256_of_json(protocol),
        "protocol": protocol,
        "weights": weights.get("network"),
        **({"baseline_weights": weights["baseline"]} if "baseline" in weights else {}),
        "given": given,
        "versions": versions(),
        "not_measured": NOT_MEASURED,
        "results": [
            {"hole": row.bucket, "pictures": row.count, "method": row.method, "scores": row.scores}
            for row in summary
        ],
    }
    target = os.path.join(directory, "evaluation.json")
    with replacing(target) as path, open(path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")
    constants = {
        "seed": protocol["holes"]["seed"],
        "protocol_sha256": report["protocol_sha256"],
        "pictures_sha256": protocol["pictures"]["sha256"],
        "holes_sha256": protocol["holes"]["sha256"],
        "weights_sha256": weights["network"]["tensors_sha256"] if "network" in weights else None,
    }
    rows = [
        {"hole": row.bucket, "pictures": row.count, "method": row.method, **row.scores, **constants}
        for row in summary
    ]
    heading = ["hole", "pictures", "method", *scores.columns, *constants]
    _write_csv(os.path.join(directory, "table.csv"), heading, rows)
    rows = [
        {
            "picture": pictures.names[row.case.picture],
            "mask": row.case.mask,
            "hole": row.case.bucket,
            "share": row.case.share,
            "method": row.method,
            **row.scores,
        }
        for row in scores.rows
    ]
    heading = ["picture", "mask", "hole", "share", "method", *scores.metrics]
    _write_csv(os.path.join(directory, "pictures.csv"), heading, rows)
    return ["evaluation.json", "table.csv", "pictures.csv"]


def _write_csv(path, heading, rows):
    text = {"newline": "", "encoding": "utf-8", "errors": "backslashreplace"}
    with replacing(path) as temporary, open(temporary, "w", **text) as file:
        writer = csv.DictWriter(file, heading, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
