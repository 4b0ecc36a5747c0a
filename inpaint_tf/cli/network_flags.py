"""The flags of the network and its weights, shared by several commands."""

from absl import flags as absl_flags

from inpaint_tf.cli.detail_flag import define_detail
from inpaint_tf.cli.plain_flags import number, text
from inpaint_tf.cli.working_size_flag import define_working_size


def define_weights(values):
    """Defines `--weights`."""
    text(
        values,
        "weights",
        "PATH: a .safetensors file, or a TensorFlow checkpoint of the authors (its directory, "
        "prefix or index file), or a training run's directory. The word bundled, and no --weights, "
        "take the weights that come with the package; random takes fresh ones: the hole becomes "
        "noise.",
    )


def define_network(values):
    """Defines what `make_inpainter` reads beside the weights."""
    text(
        values,
        "device",
        "NAME: auto (a GPU if there is one), cpu, gpu, or gpu:0, gpu:1 ... Memory of a GPU is "
        "taken as it is needed.",
        "auto",
    )
    absl_flags.DEFINE_enum(
        "padding",
        None,
        ["symmetric", "reflect", "same"],
        "How convolutions are padded, if the weights are wrong about it or do not say.",
        flag_values=values,
    )
    absl_flags.DEFINE_enum(
        "precision",
        "float32",
        ["float32", "bfloat16"],
        "Convolutions and products in bfloat16 are faster on CPUs and GPUs that have it, and a "
        "little off; known pixels stay exact.",
        flag_values=values,
    )
    define_detail(values)
    define_working_size(values)
    number(
        values,
        "seed",
        0,
        0,
        "Seed of the patches that --detail tries at random; the same seed gives the same picture.",
    )
