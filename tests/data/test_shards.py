"""TFRecord shards and remote globs as training pictures, the writer's and other people's."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from inpaint_tf.assembly.devices import part_of_worker
from inpaint_tf.data.decode import read_picture
from inpaint_tf.data.loader import PictureLoader
from inpaint_tf.data.pipeline import Pipeline, Shard
from inpaint_tf.data.shards import Record, pictures_of_workers, records_of
from inpaint_tf.data.sources import find_pictures
from inpaint_tf.errors import InputError
from inpaint_tf.make_shards import main
from inpaint_tf.masks.sampler import MaskSampler

SIZE = (16, 24)


def a_photo(number):
    """A picture that says its number in every pixel, of the size of the examples."""
    return np.full([*SIZE, 3], (20 * number + 5, 250 - 20 * number, 99), np.uint8)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(7):
        Image.fromarray(a_photo(number)).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def shards(photos, tmp_path):
    assert main([f"--images={photos}", f"--output_dir={tmp_path}/shards", "--shards=3"]) == 0
    return tmp_path / "shards"


def numbers(paths):
    return [(int(read_picture(path, None, SIZE)[0, 0, 0]) - 5) // 20 for path in paths]


def test_shards_hold_every_picture_once(shards):
    names = [f"pictures-0000{n}-of-00003.tfrecord" for n in range(3)]
    assert sorted(path.name for path in shards.iterdir()) == names
    paths = find_pictures(f"{shards}/*.tfrecord")
    assert numbers(paths) == [0, 3, 6, 1, 4, 2, 5]
    assert str(paths[1]) == f"{shards}/{names[0]}#1" and paths == find_pictures(str(shards))
    np.testing.assert_array_equal(read_picture(paths[3], None, SIZE), a_photo(1))
    assert len(find_pictures(f"{shards}/{names[1]}")) == 2
    # TensorFlow's own reader agrees.
    (example,) = tf.data.TFRecordDataset(f"{shards}/{names[2]}").skip(1).take(1)
    features = tf.train.Example.FromString(example.numpy()).features.feature
    assert features["image/filename"].bytes_list.value[0] == b"5.png"


@pytest.mark.parametrize("wrap", [False, True])
def test_other_people_s_records_are_read(tmp_path, wrap):
    file = io.BytesIO()
    Image.fromarray(a_photo(4)).save(file, "PNG")
    data = file.getvalue()
    if wrap:
        feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[data]))
        data = tf.train.Example(features=tf.train.Features(feature={"image": feature}))
        data = data.SerializeToString()
    with tf.io.TFRecordWriter(str(tmp_path / "a.tfrecord")) as writer:
        writer.write(data)
    assert numbers(find_pictures(f"{tmp_path}/a.tfrecord")) == [4]


def test_the_first_picture_of_the_first_feature_that_has_one(tmp_path):
    def feature(*numbers):
        values = [tf.io.encode_png(a_photo(number)).numpy() for number in numbers]
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))

    with tf.io.TFRecordWriter(str(tmp_path / "a.tfrecord")) as writer:
        for encoded in (feature(1, 2), feature()):
            features = {"image/encoded": encoded, "image": feature(3, 4)}
            example = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(example.SerializeToString())
    assert numbers(find_pictures(f"{tmp_path}/a.tfrecord")) == [1, 3]


def test_a_filesystem_of_tensorflow(photos):
    for path in photos.iterdir():
        tf.io.gfile.makedirs("ram://pictures/deep")
        target = "ram://pictures/" + ("deep/" if path.name > "4" else "") + path.name
        tf.io.gfile.copy(str(path), target, overwrite=True)
    assert numbers(find_pictures("ram://pictures/*.png")) == [0, 1, 2, 3]
    assert sorted(numbers(find_pictures("ram://pictures"))) == list(range(7))
    assert main(["--images=ram://pictures", "--output_dir=ram://out/s", "--shards=2"]) == 0
    paths = find_pictures("ram://out/s/*.tfrecord")
    assert sorted(numbers(paths)) == list(range(7)) and isinstance(paths[0], Record)
    with pytest.raises(InputError, match="data.train: 'ram://nowhere/.*' holds no pictures"):
        find_pictures("ram://nowhere/*.png")
    with pytest.raises(InputError, match="data.train: nosuch://a/b cannot be read: .*nosuch"):
        find_pictures("nosuch://a/b")


def test_damage_is_a_sentence(shards, tmp_path):
    shard = shards / "pictures-00000-of-00003.tfrecord"
    whole = shard.read_bytes()
    first, second = records_of(str(shard))[:2]
    shard.write_bytes(whole[: second.offset + 5])
    with pytest.raises(InputError, match=r"00003.tfrecord is cut short after 1 picture\."):
        find_pictures(str(shard))
    shard.write_bytes(whole[: second.offset - 5])  # within the header
    with pytest.raises(InputError, match=r"is cut short after 1 picture\."):
        find_pictures(str(shard))
    shard.write_bytes(whole[:-3])  # within the last checksum
    with pytest.raises(InputError, match=r"is cut short after 2 pictures"):
        find_pictures(str(shard))
    changed = bytearray(whole)
    changed[first.offset + 9] ^= 1
    shard.write_bytes(changed)
    path = find_pictures(str(shard))[0]
    with pytest.raises(InputError, match=r"tfrecord#0 cannot be decoded: it is damaged"):
        read_picture(path, None, SIZE)
    (tmp_path / "no.tfrecord").write_bytes(b"this is no such file at all")
    with pytest.raises(InputError, match="data.train: .*no.tfrecord is not a TFRecord file"):
        find_pictures(f"{tmp_path}/no.tfrecord")
    with tf.io.TFRecordWriter(str(tmp_path / "odd.tfrecord")) as writer:
        writer.write(tf.train.Example().SerializeToString() or b"")
        writer.write(b"\xff\xff\xff")
    empty, odd = find_pictures(f"{tmp_path}/odd.tfrecord")
    with pytest.raises(InputError, match="tfrecord#0 .* the features of nothing; expected a"):
        read_picture(empty, None, SIZE)
    with pytest.raises(InputError, match="odd.tfrecord#1 .* holds neither a picture nor"):
        read_picture(odd, None, SIZE)


def test_the_writer_leaves_out_what_is_no_picture_and_refuses_what_is_there(photos, capsys):
    (photos / "bad.png").write_bytes(b"nothing")
    arguments = [f"--images={photos}", f"--output_dir={photos}/out", "--shards=2"]
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert "bad.png is not a" in said.err and "7 pictures are in 2 shards" in said.out
    assert len(list((photos / "out").iterdir())) == 2
    assert main(arguments) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*arguments[:1], f"--output_dir={photos}/out2", "--shards=99"]) == 2
    assert not (photos / "out2").exists()
    assert main([*arguments[:1], "--output_dir=/proc/none", "--shards=2"]) == 2
    assert "--output_dir /proc/none cannot be written" in capsys.readouterr().err


def pipeline_of(paths, batch=4):
    loader = PictureLoader(paths, None, SIZE, SIZE)
    sampler = MaskSampler("box", SIZE, (8, 8))
    return Pipeline(loader, len(paths), sampler, SIZE, batch, seed=3)


def seen(pipeline, first_batch, batches, first_item, replica):
    data = pipeline.dataset(first_batch, first_item, 2, (replica,))
    rows = [np.asarray(batch.image)[:, 0, 0, 0] for batch, _ in data.take(batches)]
    return [round((float(x) * 127.5 + 127.5 - 5) / 20) for row in rows for x in row]


@pytest.mark.parametrize("first_item", [pytest.param(0, marks=pytest.mark.slow), 12])
def test_each_of_two_workers_reads_its_own_shards(shards, first_item):
    paths = find_pictures(str(shards))
    pipeline = pipeline_of(paths)
    own = {0: {0, 3, 6, 2, 5}, 1: {1, 4}}  # of shards 0 and 2, and of shard 1
    for worker, pictures in own.items():
        part = part_of_worker(pipeline, paths, worker, 2)
        found = seen(part, 0, 10, first_item, worker)
        assert set(found) == pictures
        counts = [found.count(picture) for picture in pictures]
        assert max(counts) - min(counts) <= 1 if first_item == 0 else max(counts) < 20
        assert seen(part, 4, 6, first_item, worker) == found[8:]  # going on where it was
    assert part_of_worker(pipeline, paths, 0, 1) is pipeline
    assert part_of_worker(pipeline, ["a.png", "b.png"], 1, 2) is pipeline
    assert part_of_worker(pipeline, paths, 2, 3).shard.indices == [5, 6]
    assert pictures_of_workers(paths[::-1], 2) == [[0, 1, 4, 5, 6], [2, 3]]
    assert pictures_of_workers([*paths, "a.png"], 2) is None
    with pytest.raises(InputError, match="has 3 shards of pictures; expected .* each of 4 workers"):
        part_of_worker(pipeline, paths, 0, 4)


@pytest.mark.parametrize("worker", [0, 1])
@pytest.mark.parametrize("first_item", [0, 4, 12])
def test_a_worker_s_examples_go_on_from_phase_to_phase(worker, first_item):
    """Batches of four; phases begin with the first, the second or the fourth of them."""
    shard = Shard([0, 1, 2], worker, 2)
    own = [4 * batch + 2 * worker + row for batch in (3, 4, 5) for row in (0, 1)]
    assert [shard.number_of(item, first_item, 4) for item in own] == list(range(6, 12))


def test_without_workers_shards_give_what_the_files_give(photos, shards):
    files, records = find_pictures(str(photos)), find_pictures(str(shards))
    order = [files[number] for number in numbers(records)]
    want, got = (seen(pipeline_of(paths), 0, 5, 0, 1) for paths in (order, records))
    assert got == want and len(set(got)) > 3
