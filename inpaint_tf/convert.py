"""`python -m inpaint_tf.convert CHECKPOINT OUT.safetensors`: weights into our own format."""

import sys

from absl import flags

from inpaint_tf.cli.command import Command, import_tensorflow

DESCRIPTION = """
Converts weights into one .safetensors file that load_model, test.py and export.py read.

CHECKPOINT is a TensorFlow 1 checkpoint of the authors (its directory, its prefix such as
DIR/snap-0, or its index file), a training run's directory, a .safetensors file, or the word bundled
for the weights that come with the package. Colours are converted from the authors' BGR to RGB;
critics are kept if present, optimizer slots are not.
--width adds channels to the network, which still computes the same, to train it further (train.py
--init_weights). --average_with writes the mean of two trainings of one network.
"""


def define_flags(values):
    """Defines the command's flags in `values`."""
    flags.DEFINE_enum(
        "dtype",
        "float32",
        ["float32", "float16"],
        "How numbers are stored; float16 halves the file.",
        flag_values=values,
    )
    flags.DEFINE_integer(
        "width",
        None,
        "Channels of the network's first convolution, more than CHECKPOINT has.",
        flag_values=values,
    )
    flags.DEFINE_integer("seed", 0, "Seed of the weights that --width adds.", 0, flag_values=values)

    flags.DEFINE_string(
        "average_with",
        None,
        "Other weights of the same network, such as those that the training of CHECKPOINT started "
        "from, or the word bundled; the mean of both is written.",
        flag_values=values,
    )


def convert(values, checkpoint, out):
    """Reads `checkpoint`, checks that it fits its model, writes `out`."""
    import_tensorflow()
    from inpaint_tf.weights.average import average
    from inpaint_tf.weights.fit import fitted_model
    from inpaint_tf.weights.load import read_weights
    from inpaint_tf.weights.paths import weights_path
    from inpaint_tf.weights.safetensors import save_weights
    from inpaint_tf.weights.widen import widen

    checkpoint = weights_path(checkpoint, "CHECKPOINT")
    weights = read_weights(checkpoint)
    fitted_model(weights, checkpoint)  # refuses what does not fit
    if values.average_with is not None:
        other = read_weights(weights_path(values.average_with, "--average_with"))
        weights = average(weights, other, values.average_with)
    if values.width is not None:
        weights = widen(weights, values.width, values.seed)
    save_weights(out, weights, values.dtype)
    critics = sum(name.startswith("discriminator/") for name in weights.arrays)
    generator = len(weights.arrays) - critics
    print(f"{out}: {weights.model}, {generator} generator tensors, {critics} critic tensors")
    for key, value in weights.provenance.items():
        print(f"  {key}: {value}")
    for what, count in weights.ignored.items():
        print(f"  ignored: {count} {what}")


main = Command(
    "python -m inpaint_tf.convert",
    DESCRIPTION,
    define_flags,
    convert,
    positional=("CHECKPOINT", "OUT.safetensors"),
)

if __name__ == "__main__":
    sys.exit(main())
