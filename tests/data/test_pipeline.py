"""Batches: the same for the same seed, wherever the stream starts and whoever makes it."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from inpaint_tf.data.augmentation import Augmentation
from inpaint_tf.data.files import list_pictures
from inpaint_tf.data.loader import PictureLoader, mask_loader
from inpaint_tf.data.pipeline import Pipeline, file_masks, without_faults
from inpaint_tf.errors import InputError
from inpaint_tf.masks.sampler import MaskSampler
from inpaint_tf.masks.variation import Variation

SIZE, COUNT = (16, 24), 7
VARIED = Augmentation(scale=(0.8, 2.0), brightness=0.4, saturation=0.5, hue=0.2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    y, x = np.mgrid[0:20, 0:30]
    for number in range(COUNT):
        pixels = np.stack([x * 8, y * 12, np.full_like(x, 10 * number)], axis=-1)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{number}.png")
    return folder


def pipeline(folder, batch=4, seed=0, masks=None, **options):
    loader_options = {
        k: options.pop(k) for k in ("skip_bad", "on_bad", "augmentation") if k in options
    }
    paths = list_pictures(str(folder))
    loader = PictureLoader(paths, None, SIZE, SIZE, **loader_options)
    sampler = masks or MaskSampler("box", SIZE, (8, 12), (1, 2))
    return Pipeline(loader, len(paths), sampler, SIZE, batch, seed, **options)


def take(pipeline, count, **where):
    return list(itertools.islice(without_faults(pipeline.dataset(**where)), count))


def same(first, second):
    return all(np.array_equal(x, y) for x, y in zip(first, second))


def numbers(batch):
    """Which pictures are in a batch, by their blue."""
    return [round((float(item[0, 0, 2]) + 1) * 12.75) for item in batch.image]


def test_a_stream_can_start_anywhere_with_any_number_of_workers(folder):
    whole = take(pipeline(folder), 6)
    late = take(pipeline(folder, workers=1), 3, first_batch=3)
    assert all(same(x, y) for x, y in zip(whole[3:], late))
    assert not same(whole[0], whole[1])
    later = take(pipeline(folder), 1, first_item=4)  # of a second phase, which repeats nothing
    assert same(whole[1], later[0])
    other = take(pipeline(folder, seed=1), 1)[0]
    assert not np.array_equal(whole[0].image, other.image)
    assert not np.array_equal(whole[0].box, other.box)


def test_every_picture_once_per_epoch_in_a_new_order(folder):
    order = [n for batch in take(pipeline(folder), COUNT) for n in numbers(batch)]
    epochs = [order[i : i + COUNT] for i in range(0, 4 * COUNT, COUNT)]
    assert all(sorted(epoch) == list(range(COUNT)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_examples(folder):
    batches = take(pipeline(folder), 10)
    image = np.concatenate([b.image for b in batches])
    assert image.shape == (40, *SIZE, 3) and image.dtype == np.float32
    assert image.min() >= -1 and image.max() <= 1
    rightwards = image[:, 0, 1, 0] > image[:, 0, 0, 0]
    assert 8 < rightwards.sum() < 32  # half are mirrored
    assert (image[:, 1, 0, 1] > image[:, 0, 0, 1]).all()  # none is upside down
    assert len(np.unique(image[:, 0, 0, 1])) > 2  # crops from several places
    straight = np.concatenate([b.image for b in take(pipeline(folder, flip=False), 3)])
    assert (straight[:, 0, 1, 0] > straight[:, 0, 0, 0]).all()


def test_scale_and_colours_are_the_same_wherever_the_stream_starts(folder):
    plain = take(pipeline(folder), 4)
    varied = take(pipeline(folder, augmentation=VARIED), 4)
    again = take(pipeline(folder, augmentation=VARIED, workers=1), 2, first_batch=2)
    assert all(same(x, y) for x, y in zip(varied[2:], again))
    assert all(np.array_equal(x.mask, y.mask) for x, y in zip(plain, varied))
    assert not same(varied[0], take(pipeline(folder, augmentation=VARIED, seed=1), 1)[0])


def test_every_example_looks_its_own_way(folder):
    asked, flips = [], []

    def load(index, place, flip, look):
        asked.append((index, *map(float, place), *map(float, look)))
        flips.append((flip, *place))
        return np.zeros([*SIZE, 3], np.uint8), ""

    sampler = MaskSampler("box", SIZE, (8, 12), (1, 2))
    take(Pipeline(load, 2, sampler, SIZE, 4, 0, workers=1), 8)
    first = [each for each in asked[:32] if each[0] == 0]
    assert len(first) == 16  # of sixteen epochs
    numbers_drawn = np.array([each[1:] for each in first])
    assert len(np.unique(numbers_drawn)) == numbers_drawn.size  # of the crop's numbers, too
    assert numbers_drawn.min() >= 0 and numbers_drawn.max() < 1
    for axis in (1, 2):  # where it is cut says nothing about whether it is mirrored
        agreeing = sum(each[0] == (each[axis] < 0.5) for each in flips)
        assert 0.2 * len(flips) < agreeing < 0.8 * len(flips)


def test_scale_and_brightness_are_drawn_from_their_ranges(folder):
    # Red grows by 8 levels a pixel where nothing is scaled; its share shows the factor of size.
    only_scaled = Augmentation(scale=(0.8, 2.0))
    images = np.concatenate(
        [b.image for b in take(pipeline(folder, augmentation=only_scaled, flip=False), 6)]
    )
    steps = (images[:, 8, 20, 0] - images[:, 8, 4, 0]) * 127.5 / 16
    assert (steps > 8 / 2 - 0.2).all() and (steps < 8 / 0.8 + 0.2).all()
    assert (steps < 6).any() and (steps > 8.2).any()
    # Green depends on the row alone.
    brighter = Augmentation(brightness=0.4)
    changed = [b.image.numpy() for b in take(pipeline(folder, augmentation=brighter), 6)]
    plain = [b.image.numpy() for b in take(pipeline(folder), 6)]
    was, now = (np.concatenate(x)[:, 8, 12, 1] * 127.5 + 127.5 for x in (plain, changed))
    factors = now / was
    assert (factors > 0.58).all() and (factors < 1.42).all()
    assert factors.min() < 0.8 and factors.max() > 1.2 and len(np.unique(factors.round(2))) > 12


def test_a_hole_per_item_or_per_batch(folder):
    per_item, per_batch = (
        take(pipeline(folder, mask_per_batch=shared), 2) for shared in (False, True)
    )
    assert len({box.tobytes() for box in per_item[0].box.numpy()}) > 1
    for batch in per_batch:
        assert len({box.tobytes() for box in batch.box.numpy()}) == 1
    assert not np.array_equal(per_batch[0].box, per_batch[1].box)


def test_replicas_share_a_batch(folder):
    whole = take(pipeline(folder), 2)
    halves = [take(pipeline(folder), 2, replicas=2, own_replicas=(replica,)) for replica in (0, 1)]
    both = take(pipeline(folder), 4, replicas=2, own_replicas=(0, 1))
    for number, batch in enumerate(whole):
        for place, part in enumerate(batch):
            if part is None:  # nobody asks for it
                continue
            joined = np.concatenate([half[number][place] for half in halves])
            np.testing.assert_array_equal(joined, part)
            turns = np.concatenate([each[place] for each in both[2 * number : 2 * number + 2]])
            np.testing.assert_array_equal(turns, part)


def test_a_bad_file_stops_at_once_by_name(tmp_path, folder):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "3.png").write_bytes(b"broken")
    with pytest.raises(InputError, match=r"3.png cannot be decoded"):
        take(pipeline(tmp_path), 3)


def test_a_fault_of_any_example_of_any_replica_is_raised():
    fine, bad = tf.constant(["", ""]), tf.constant(["", "this one"])
    for order in ([fine, bad], [bad, fine]):
        batches = without_faults([("batch", order)], local=lambda values: values)
        with pytest.raises(InputError, match="this one"):
            next(batches)
    assert list(without_faults([("batch", fine)])) == ["batch"]


def test_skipped_files_are_replaced_and_told_once(tmp_path, folder):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "3.png").write_bytes(b"broken")
    told = []
    options = {"skip_bad": True, "on_bad": told.append}
    batches = take(pipeline(tmp_path, **options), 6)
    assert 3 not in {n for batch in batches for n in numbers(batch)}
    assert len(told) == 1 and "3.png" in told[0]
    assert same(batches[5], take(pipeline(tmp_path, **options), 1, first_batch=5)[0])
    for path in tmp_path.iterdir():
        path.write_bytes(b"broken")
    with pytest.raises(InputError, match="7 files in a row cannot be used"):
        take(pipeline(tmp_path, **options), 1)
    for path in sorted(tmp_path.iterdir())[1:]:
        path.unlink()
    with pytest.raises(InputError, match=r"^\S*0.png (?!.*in a row)"):
        take(pipeline(tmp_path, **options), 1)


def test_masks_from_files(tmp_path, folder):
    for name, column in (("a.png", 3), ("b.png", 20)):
        levels = np.zeros(SIZE, np.uint8)
        levels[4:6, column] = 255
        Image.fromarray(levels).save(tmp_path / name)
    paths = list_pictures(str(tmp_path))
    sampler = MaskSampler(
        "folder", SIZE, (8, 12), from_elsewhere=file_masks(mask_loader(paths), len(paths))
    )
    batches = take(pipeline(folder, masks=sampler), 4)
    columns = {int(np.argwhere(m)[0][1]) for b in batches for m in b.mask.numpy()}
    assert columns == {3, 20}
    again = file_masks(mask_loader(paths), len(paths), Variation(flip=True))
    flipping = MaskSampler("folder", SIZE, (8, 12), from_elsewhere=again)
    batches = take(pipeline(folder, masks=flipping), 6)
    columns = {int(np.argwhere(m)[0][1]) for b in batches for m in b.mask.numpy()}
    assert columns == {3, 20, SIZE[1] - 4, SIZE[1] - 21}
    (tmp_path / "b.png").write_bytes(b"x")
    with pytest.raises(InputError, match=r"b.png cannot be read as a mask"):
        take(pipeline(folder, masks=sampler), 4)
