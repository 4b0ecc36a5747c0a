"""The pipeline: pictures are found, read, completed in batches, written, listed in a manifest."""

from typing import Any

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.io.textio import WriteToText
from apache_beam.metrics import Metrics
from apache_beam.ml.inference.base import RunInference

from inpaint_tf.bulk.handler import Handler
from inpaint_tf.bulk.names import REPORT, RESULT, is_picture, key_of, mask_keys, prefix_of
from inpaint_tf.bulk.pairing import paired
from inpaint_tf.bulk.records import FAILED, as_line, failure
from inpaint_tf.bulk.steps import NAMESPACE, RECORDS, BySize, Count, Prepare, Write
from inpaint_tf.bulk.storage import matches
from inpaint_tf.inference.folder import Job

LEFT_OUT = "left_out"  # counts files that are no pictures, or are masks
IMAGES, MASKS, RESULTS, JOBS, FOUND = "images", "masks", "results", "jobs", "found"
_KEYED = tuple[str, Any]


def build(pipeline, task):
    """Puts the steps of a `Task` into a Beam pipeline."""
    images = _found(pipeline, "images", task.images)
    results = _found(pipeline, "results", [f"{task.rule.output}/**{RESULT}"])
    groups = {
        IMAGES: images[FOUND]
        | "name images" >> beam.ParDo(NamePictures(task)).with_output_types(_KEYED),
        RESULTS: results[FOUND] | "name results" >> beam.Map(_result).with_output_types(_KEYED),
    }
    if task.rule.with_masks:
        masks = _found(pipeline, "masks", [task.masks])
        groups[MASKS] = masks[FOUND] | "name masks" >> beam.FlatMap(_masks).with_output_types(
            _KEYED
        )
    pairs = (
        groups
        | "by name" >> beam.CoGroupByKey()
        | "pair" >> beam.ParDo(Pair(task.rule)).with_outputs(RECORDS, main=JOBS)
    )
    prepared = pairs[JOBS] | "read" >> beam.ParDo(Prepare(task)).with_outputs(RECORDS, main=IMAGES)
    completed = (
        prepared[IMAGES]
        | "by size" >> beam.ParDo(BySize(task.batch_size))
        | "complete" >> RunInference(Handler(task.network, task.feather).with_no_batching())
        | "write" >> beam.ParDo(Write())
    )
    records = (
        (images[RECORDS], pairs[RECORDS], prepared[RECORDS], completed)
        | "all records" >> beam.Flatten()
        | "count" >> beam.ParDo(Count())
    )
    failed = records | "failed" >> beam.Filter(_has_failed)
    for name, entries in (("manifest", records), ("failed", failed)):
        path = f"{task.rule.output}/{REPORT}/{name}"
        lines = entries | f"lines of {name}" >> beam.Map(as_line)
        lines | f"write {name}" >> WriteToText(path, file_name_suffix=".jsonl")


def _found(pipeline, what, patterns):
    return (
        pipeline
        | f"patterns of {what}" >> beam.Create(patterns)
        | f"find {what}" >> beam.ParDo(Find()).with_outputs(RECORDS, main=FOUND)
    )


class Find(beam.DoFn):
    """A pattern to pairs of a path that matches it and the pattern's prefix."""

    def process(self, pattern):
        """Lists one pattern in one worker; several patterns divide the work."""
        prefix = prefix_of(pattern)
        for found in FileSystems.match([pattern])[0].metadata_list:
            try:
                found.path.encode()
            except UnicodeEncodeError:
                name = found.path.encode(errors="backslashreplace").decode()
                reason = f"{name} has a name that is no Unicode; rename it."
                yield beam.pvalue.TaggedOutput(RECORDS, failure(Job(name, None, ""), reason))
            else:
                yield found.path, prefix


class NamePictures(beam.DoFn):
    """The files of `Find` to pictures by their keys; masks and other files are counted.

    Args:
        task: a `Task`.
    """

    def __init__(self, task):
        self.masks = task.masks

    def process(self, found):
        """One file."""
        path, prefix = found
        if is_picture(path) and not (self.masks and matches(self.masks, path)):
            yield key_of(path, prefix), found
        else:
            Metrics.counter(NAMESPACE, LEFT_OUT).inc()


class Pair(beam.DoFn):
    """All files of a key to `Job`s; records of pictures with nothing to do to `RECORDS`.

    Args:
        rule: a `Rule`.
    """

    def __init__(self, rule):
        self.rule = rule

    def process(self, group):
        """One key."""
        _, files = group
        found = (list(files.get(part, ())) for part in (IMAGES, MASKS, RESULTS))
        jobs, records = paired(*found, self.rule)
        yield from jobs
        for entry in records:
            yield beam.pvalue.TaggedOutput(RECORDS, entry)


def _masks(found):
    path, prefix = found
    if is_picture(path):
        for key, exact in mask_keys(path, prefix):
            yield key, (path, exact)


def _result(found):
    path, prefix = found
    return key_of(path, prefix), path


def _has_failed(entry):
    return entry["state"] == FAILED
