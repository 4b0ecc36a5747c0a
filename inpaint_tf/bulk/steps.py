"""The steps of the pipeline on either side of the network."""

import hashlib
import io
from collections import defaultdict

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.transforms.window import GlobalWindows

from inpaint_tf.bulk.records import COPIED, DONE, failure, record
from inpaint_tf.bulk.storage import read_bytes, write_bytes
from inpaint_tf.cli.working_size_flag import working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.inference.completion import layout, prepare_read, stays_as_it_is
from inpaint_tf.inference.photo import photo_of
from inpaint_tf.inference.photo_write import format_of, photo_bytes
from inpaint_tf.inference.working_size import require_no_larger

NAMESPACE = "inpaint"  # of the counters
RECORDS = "records"  # of what needs no network
# How many pixels may wait for others of their layout, and go through the network together: 8
# pictures of 512x512.
MOST_WAITING, MOST_AT_ONCE = 2**24, 2**21


class Prepare(beam.DoFn):
    """A `Job` to a `Prepared`; records of pictures that fail or have no hole to `RECORDS`.

    Args:
        task: a `Task`.
    """

    def __init__(self, task):
        self.task = task
        self.one_mask = None

    def process(self, job):
        """Prepares one picture; one that cannot be read leaves only a record."""
        try:
            data = read_bytes(job.image)
            photo = photo_of(io.BytesIO(data), job.image, self.task.max_pixels)
            prepared = prepare_read(job, photo, self._mask(job), self.task.source, self.task.size)
            working_size = working_size_of(self.task.network)
            require_no_larger(working_size, *prepared.hole.shape, job.image)
            if prepared.hole.any():
                yield prepared
                return
            lost = []
            if not stays_as_it_is(prepared):
                data, lost = photo_bytes(prepared.photo, format_of(job.output), job.output)
            yield beam.pvalue.TaggedOutput(RECORDS, written(prepared, data, lost, COPIED))
        except Exception as error:  # the other pictures are done all the same
            yield beam.pvalue.TaggedOutput(RECORDS, failure(job, _reason(job, error)))

    def _mask(self, job):
        if job.mask is None:
            return None
        if job.mask == self.task.rule.one_mask and self.one_mask is not None:
            return self.one_mask
        mask = photo_of(io.BytesIO(read_bytes(job.mask)), job.mask, self.task.max_pixels)
        if job.mask == self.task.rule.one_mask:
            self.one_mask = mask
        return mask


class BySize(beam.DoFn):
    """`Prepared` to lists of them of one layout.

    Args:
        batch_size: the most that a list has.
    """

    def __init__(self, batch_size):
        self.batch_size = batch_size

    def start_bundle(self):
        """Nothing waits yet."""
        self.waiting, self.pixels = defaultdict(list), 0

    def process(self, prepared):
        """Gives a list when it is full, and all lists when too many pixels wait."""
        key, size = layout(prepared), prepared.hole.size
        batch = self.waiting[key]
        batch.append(prepared)
        self.pixels += size
        if len(batch) == self.batch_size or len(batch) * size >= MOST_AT_ONCE:
            self.pixels -= len(batch) * size
            yield self.waiting.pop(key)
        elif self.pixels > MOST_WAITING:
            yield from self.waiting.values()
            self.start_bundle()

    def finish_bundle(self):
        """Gives the lists that still wait."""
        for batch in self.waiting.values():
            yield GlobalWindows.windowed_value_at_end_of_window(batch)
        self.start_bundle()


class Write(beam.DoFn):
    """The results of `Handler` to files and records."""

    def process(self, result):
        """One picture."""
        prepared, (completed, doubts) = result.example, result.inference
        job = prepared.job
        try:
            if isinstance(completed, InputError):
                raise completed
            data, lost = photo_bytes(completed, format_of(job.output), job.output)
            yield written(prepared, data, [*doubts, *lost], DONE)
        except Exception as error:  # the other pictures are done all the same
            yield failure(job, _reason(job, error))


def _reason(job, error):
    """The sentence of an `InputError`, or one about a fault of ours."""
    if isinstance(error, InputError):
        return error
    return f"{job.image} cannot be completed: {type(error).__name__}: {error}"


def written(prepared, data, notices, state):
    """Writes a result and gives its record.

    Args:
        prepared: a `Prepared`.
        data: bytes of the result's file.
        notices: sentences about it, in addition to those of `prepared`.
        state: of the record.
    """
    write_bytes(prepared.job.output, data)
    height, width = prepared.hole.shape
    return record(
        prepared.job,
        state,
        height=height,
        width=width,
        hole=int(prepared.hole.sum()),
        sha256=hashlib.sha256(data).hexdigest(),
        notices=[*prepared.notices, *notices],
    )


class Count(beam.DoFn):
    """Counts records by their state, and passes them on."""

    def process(self, entry):
        """One record."""
        Metrics.counter(NAMESPACE, entry["state"]).inc()
        yield entry
