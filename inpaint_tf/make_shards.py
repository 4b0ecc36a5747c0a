"""`python -m inpaint_tf.make_shards`: packs pictures into a few TFRecord files for training."""

import contextlib
import os
import sys

from absl import flags

from inpaint_tf.amount import amount
from inpaint_tf.cli.command import FINE, SOME_FAILED, Command, import_tensorflow
from inpaint_tf.cli.progress import Report
from inpaint_tf.data.sources import find_pictures, open_picture_file
from inpaint_tf.errors import InputError
from inpaint_tf.files import PARTIAL
from inpaint_tf.inference.photo import picture_bytes

MOST_SHARDS = 1024  # files that are open at once
DESCRIPTION = """
Packs pictures, unchanged, into TFRecord shards: a few large files, which remote filesystems and
several workers read better than millions of small ones. data.train takes them.

python -m inpaint_tf.make_shards --images PHOTOS --output_dir shards --shards 8
python train.py --config places2.yml --set 'data.train=shards/*.tfrecord'
"""


def define_flags(values):
    """Defines the command's flags in `values`."""
    for name, help_text in (
        ("images", "The pictures: like data.train, a folder, a glob or a list, local or remote."),
        ("output_dir", "DIRECTORY of the shards, made if missing; local, gs://... or other."),
    ):
        flags.DEFINE_string(name, None, help_text, flag_values=values)
    flags.DEFINE_integer(
        "shards",
        8,
        "How many: several for each worker, preferably of 100 MB or more each.",
        lower_bound=1,
        upper_bound=MOST_SHARDS,
        flag_values=values,
    )
    flags.DEFINE_boolean("quiet", False, "Print only errors.", flag_values=values)


def work(values):
    """Does what the flags ask for and returns the exit status."""
    for name in ("images", "output_dir"):
        if not values[name].value:
            raise InputError(f"--{name} is missing.")
    import_tensorflow()
    paths = find_pictures(values.images, "--images")
    if len(paths) < values.shards:
        raise InputError(
            f"--shards {values.shards} is more than {values.images} holds: "
            f"{amount(len(paths), 'picture', 'pictures')}."
        )
    report = Report(values.quiet)
    failed = write_shards(report.counted(paths), values.output_dir, values.shards, report.error)
    written = len(paths) - failed
    pictures = amount(written, "picture is", "pictures are")
    shards = amount(values.shards, "shard", "shards")
    report.done(f"{pictures} in {shards} in {values.output_dir}.")
    return SOME_FAILED if failed else FINE


def write_shards(paths, directory, count, tell):
    """Writes pictures in turn to `directory/pictures-NNNNN-of-NNNNN.tfrecord`.

    Args:
        paths: of `find_pictures`.
        directory: local or remote; made if missing.
        count: int, how many shards.
        tell: function of a sentence about a file that is left out.

    Returns:
        The number of pictures left out.

    Raises:
        InputError: the directory cannot be written or holds such shards. Nothing is left behind.
    """
    import tensorflow as tf

    names = [f"pictures-{number:05d}-of-{count:05d}.tfrecord" for number in range(count)]
    targets = [f"{directory.rstrip('/')}/{name}" for name in names]
    temporary = [f"{directory.rstrip('/')}/.{name}{PARTIAL}{os.getpid()}" for name in names]
    try:
        tf.io.gfile.makedirs(directory)
        existing = next((target for target in targets if tf.io.gfile.exists(target)), None)
        if existing is not None:
            raise InputError(f"{existing} is there already; choose another --output_dir.")
        try:
            failed = _write(paths, temporary, tell)
            for source, target in zip(temporary, targets):
                tf.io.gfile.rename(source, target)
        finally:
            for path in temporary:
                with contextlib.suppress(tf.errors.OpError):
                    tf.io.gfile.remove(path)
    except tf.errors.OpError as error:
        reason = " ".join(str(error.message).split()).rstrip(".")
        raise InputError(f"--output_dir {directory} cannot be written: {reason}.") from error
    return failed


def _write(paths, shards, tell):
    import tensorflow as tf

    failed = written = 0
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(tf.io.TFRecordWriter(shard)) for shard in shards]
        for path in paths:
            try:
                with open_picture_file(path) as file:
                    data = picture_bytes(file, path)
            except (InputError, OSError) as error:
                tell(error if isinstance(error, InputError) else f"{path}: {error.strerror}.")
                failed += 1
                continue
            writers[written % len(writers)].write(_example(path, data))
            written += 1
    if not written:
        raise InputError("none of the pictures can be read; nothing is written.")
    return failed


def _example(path, data):
    import tensorflow as tf

    def feature(value):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))

    name = os.path.basename(path).encode(errors="surrogateescape")
    features = {"image/encoded": feature(data), "image/filename": feature(name)}
    example = tf.train.Example(features=tf.train.Features(feature=features))
    return example.SerializeToString()


main = Command("python -m inpaint_tf.make_shards", DESCRIPTION, define_flags, work)

if __name__ == "__main__":
    sys.exit(main())
