"""Files -> batches; every number drawn depends on the seed and the example's number alone."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from inpaint_tf.data.augmentation import NUMBERS
from inpaint_tf.errors import InputError
from inpaint_tf.faces.boxes import square_around
from inpaint_tf.masks import purposes
from inpaint_tf.masks.by_numpy import draw_of
from inpaint_tf.masks.seeds import fold, integers, uniform
from inpaint_tf.masks.variation import varied
from inpaint_tf.ops.image import to_float
from inpaint_tf.types import Batch

LEAST_INSIDE = 0.6  # of the landmarks, for a face to count as one


@dataclass(frozen=True)
class Pipeline:
    """A stream of batches that can start anywhere.

    Args:
        load: function of (index, crop, flip, augmentation), see `loader.PictureLoader`.
        count: int, how many pictures there are.
        sample_mask: function of (seed, landmarks) that gives (mask, box, fault), see
            `masks.sampler`.
        size: (H, W).
        batch: int, of all replicas together.
        seed: int.
        flip: whether half of the pictures are mirrored.
        mask_per_batch: whether all examples of a batch have the same hole.
        workers: how many examples are made at once; 0 lets TensorFlow choose.
        points: how many landmarks faces have if `load.with_landmarks` gives them; 0 if nothing
            needs faces.
        channels: of the pictures of `load`: 3, or 4 with a sketch.
        shard: `Shard` of the pictures that this worker reads; None for all.
    """

    load: object
    count: int
    sample_mask: object
    size: tuple
    batch: int
    seed: int
    flip: bool = True
    mask_per_batch: bool = False
    workers: int = 0
    points: int = 0
    channels: int = 3
    shard: object = None

    def dataset(self, first_batch=0, first_item=0, replicas=1, own_replicas=(0,)):
        """The endless stream from `first_batch` on.

        Args:
            first_batch: number of the first batch.
            first_item: number of the example with which batch 0 begins.
            replicas: the number of replicas among which each batch is divided.
            own_replicas: the ones fed here, in turn.

        Returns:
            A dataset of (`Batch` of `batch / replicas` examples, `[...]` strings of faults, "" for
            each example that is fine).
        """
        part = self.batch // replicas
        own = tf.constant(own_replicas, tf.int64)

        def items(element):
            batch = first_batch + element // len(own_replicas)
            replica = own[element % len(own_replicas)]
            return tf.data.Dataset.range(part).map(
                lambda row: (batch, batch * self.batch + replica * part + row)
            )

        # AutoGraph would search everything that this calls for something to convert.
        @tf.autograph.experimental.do_not_convert
        def example(batch, item):
            return self._example(batch, first_item + item, first_item)

        parallel = self.workers or tf.data.AUTOTUNE
        data = tf.data.Dataset.range(np.iinfo(np.int64).max)
        data = data.flat_map(items)
        # Decoding takes most of the time. In order, whichever worker is done first.
        data = data.map(example, num_parallel_calls=parallel, deterministic=True)
        data = data.batch(part, drop_remainder=True)
        # Floats are four times as large as pixels: made last, two batches ahead.
        data = data.map(self._as_batch)
        options = tf.data.Options()
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
        return data.with_options(options).prefetch(2)

    def _example(self, batch, item, first_item):
        root = tf.constant([self.seed, 0], tf.int32)
        pixels, fault, points, face = self._picture(root, item, first_item)
        number = batch if self.mask_per_batch else item
        mask, box, mask_fault = self.sample_mask(fold(root, purposes.HOLE, number), points)
        return pixels, mask, box, face, tf.where(tf.equal(fault, ""), mask_fault, fault)

    def _as_batch(self, pixels, mask, box, face, fault):
        sketch = tf.cast(pixels[..., 3:], tf.float32) if self.channels > 3 else None
        colors = pixels[..., :3] if self.channels > 3 else pixels
        batch = Batch(to_float(colors), mask, box, sketch, face if self.points else None)
        return batch, fault

    def _index(self, root, item, first_item):
        """The index of an example's picture."""
        if self.shard is None:
            return _shuffled(root, item, self.count)
        indices = self.shard.indices
        own = self.shard.number_of(item, first_item, self.batch)
        return tf.gather(tf.constant(indices, tf.int64), _shuffled(root, own, len(indices)))

    def _picture(self, root, item, first_item):
        index = self._index(root, item, first_item)
        drawn = uniform(fold(root, purposes.CROP, item), [3])
        flip = drawn[2] < (0.5 if self.flip else 0.0)
        augmentation = uniform(fold(root, purposes.AUGMENTATION, item), [NUMBERS])
        pixels, fault, points, face = tf.numpy_function(
            self._load,
            [index, drawn[:2], flip, augmentation],
            [tf.uint8, tf.string, tf.float32, tf.float32],
            stateful=False,
        )
        pixels = tf.ensure_shape(pixels, [*self.size, self.channels])
        points, face = tf.ensure_shape(points, [self.points, 2]), tf.ensure_shape(face, [4])
        return pixels, tf.ensure_shape(fault, []), points, face

    def _load(self, index, crop, flip, augmentation):
        points = None
        given = int(index), crop, bool(flip), augmentation
        if self.points:
            pixels, fault, points = self.load.with_landmarks(*given)
        else:
            pixels, fault = self.load(*given)
        face = face_square(points, self.size)
        if points is None:
            points = np.full([self.points, 2], np.nan, np.float32)
        return pixels, fault.encode(), points, face


def _shuffled(root, item, count):
    """The index of an example among `count`, each once in an epoch."""
    epoch, position = item // count, item % count
    if count == 1:
        return position
    # A permutation that gives single positions: nothing has to be refilled after resuming.
    order = tf.cast(fold(root, purposes.ORDER, epoch), tf.int64)
    return tf.random.experimental.index_shuffle(position, order, tf.constant(count - 1, tf.int64))


class Shard(NamedTuple):
    """The pictures of one of several workers, which reads only these.

    indices: their indices among all pictures.
    worker, workers: its number, and how many there are; each makes an equal part of every batch.
    """

    indices: list
    worker: int
    workers: int

    def number_of(self, item, first_item, batch):
        """The number, among this worker's examples, of an example of the run.

        Args:
            item: of the run. first_item: with which the phase begins. batch: of all workers.
        """
        own, since = batch // self.workers, item - first_item
        before = first_item // self.workers + since // batch * own
        return before + since % batch - self.worker * own


def face_square(points, size):
    """The square around a face in an example, `[4]` float32.

    Args:
        points: `[P, 2]` x, y in pixels of the example, or None.
        size: (H, W) of the example.

    Returns:
        Top, left, height, width; zeros if no face is known or too little of it remains.
    """
    if points is None:
        return np.zeros([4], np.float32)
    inside = ((points >= 0) & (points <= size[::-1])).all(axis=1)
    return square_around(points) if inside.mean() >= LEAST_INSIDE else np.zeros([4], np.float32)


def without_faults(dataset, local=lambda values: [values]):
    """The batches of a dataset of `Pipeline`; raises `InputError` with the first fault.

    Args:
        dataset: as in `Pipeline.dataset`, perhaps distributed.
        local: function of a distributed value that gives the tensors of this process's replicas.
    """
    for batch, faults in dataset:
        for own in local(faults):
            require_no_fault(own)
        yield batch


def require_no_fault(faults):
    """Raises `InputError` with the first of `faults` that is not empty."""
    for fault in np.ravel(np.asarray(faults)):
        if fault:
            raise InputError(fault.decode())


def file_masks(load, count, variation=None):
    """A function of (seed, (H, W)) that reads one of `count` mask files: mask and fault.

    Args:
        load: as in `loader.mask_loader`.
        count: int.
        variation: `masks.variation.Variation`; None takes the holes as they are.
    """

    def read(index, seed, size):
        mask, fault = load(int(index), size)
        if variation is not None:
            hole = varied(mask[..., 0] > 0, draw_of(seed), variation)
            mask = hole[..., np.newaxis].astype(np.float32)
        return mask, fault.encode()

    def sample(seed, size):
        index = integers(seed, 0, count - 1)
        mask, fault = tf.numpy_function(
            lambda index, seed: read(index, seed, size),
            [index, seed],
            [tf.float32, tf.string],
            stateful=False,
        )
        return tf.ensure_shape(mask, [*size, 1]), tf.ensure_shape(fault, [])

    return sample
