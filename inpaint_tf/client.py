"""`python -m inpaint_tf.client`: completes a picture on a server."""

import sys

from absl import flags

from inpaint_tf.cli.command import Command, import_tensorflow
from inpaint_tf.cli.progress import Report
from inpaint_tf.errors import InputError
from inpaint_tf.export import rest, rpc
from inpaint_tf.export.upload import most_bytes, put_back, read_upload
from inpaint_tf.faces.model_files import MESH, model_file
from inpaint_tf.inference.photo_write import default_output, require_writable, write_photo
from inpaint_tf.masks.face_region import REGIONS

DESCRIPTION = """
    Sends a picture and its mask to TF Serving with a model of `python export.py`, and writes the
    completed picture. Formats, orientation, transparency and masks work as in `python test.py`, but
    with 8 bits a channel. Needs no TensorFlow.

      python -m inpaint_tf.client --server localhost:8501 --image x.png --mask m.png
      python -m inpaint_tf.client --server localhost:8500 --protocol grpc --image x.png --mask m.png
"""
PROTOCOLS = {"rest": rest.ask, "grpc": rpc.ask}


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""

    def text(name, help_text, default=None):
        flags.DEFINE_string(name, default, help_text, flag_values=values)

    text("server", "HOST:PORT; usually 8501 for REST, 8500 for gRPC.", "localhost:8501")
    text("image", "FILE: the picture to complete.")
    text("mask", "FILE: white where the hole is.")
    flags.DEFINE_enum(
        "face_region",
        None,
        list(REGIONS),
        "This part of every face is the hole, with or without a mask. Needs TensorFlow and the "
        "extra faces.",
        flag_values=values,
    )
    text("output", "FILE: the result. Without it NAME_inpainted.png beside the picture.")
    text("model", "The model's name on the server.", "deepfill")
    flags.DEFINE_integer(
        "version", None, "The model's version, by default the newest.", 1, flag_values=values
    )
    flags.DEFINE_enum(
        "protocol",
        "rest",
        list(PROTOCOLS),
        "grpc needs the package grpcio (the extra serving).",
        flag_values=values,
    )
    flags.DEFINE_float(
        "timeout", 60.0, "Seconds to wait for the answer.", 0.001, flag_values=values
    )


def work(values):
    """Asks the server and writes the picture."""
    needed = ("image",) if values.face_region else ("image", "mask")
    for name in needed:
        if not getattr(values, name):
            raise InputError(f"--{name} is needed: a picture file.")
    output = values.output or default_output(values.image)
    require_writable(output)
    if values.face_region:
        model_file(MESH)  # whether it is there, before anything takes time
        import_tensorflow()
    photo, hole, image_bytes, mask_bytes, notices = read_upload(
        values.image, values.mask or None, values.face_region
    )
    answer = PROTOCOLS[values.protocol](
        values.server,
        values.model,
        values.version,
        {"image_bytes": image_bytes, "mask_bytes": mask_bytes},
        values.timeout,
        most_bytes(photo),
    )
    if answer.get("error_bytes"):
        raise InputError(f"{values.server} says: {rest.reason_of(answer['error_bytes'])}.")
    completed = put_back(photo, hole, answer.get("completed_bytes", b""), values.server)
    report = Report()
    for sentence in [*notices, *write_photo(output, completed)]:
        report.notice(sentence)
    report.done(f"{values.image} -> {output}")


main = Command("python -m inpaint_tf.client", DESCRIPTION, define, work)

if __name__ == "__main__":
    sys.exit(main())
