"""The flags of `python -m inpaint_tf.evaluate`."""

from absl import flags

from inpaint_tf.cli.detail_flag import define_detail
from inpaint_tf.cli.working_size_flag import define_working_size
from inpaint_tf.config.train import LARGEST_SIDE

HOLES, PAPER = TABLES = ("holes", "paper")
DESCRIPTION = """
Completes pictures whose originals are known, and measures how far the result is from them: for the
network and, in the same table, for OpenCV's Telea and Navier-Stokes and for the mean colour.

python -m inpaint_tf.evaluate --images PHOTOS --masks center --weights model.safetensors
python -m inpaint_tf.evaluate --images PHOTOS --masks MASKS --weights runs/mine --output_dir result

The table has a row of each method for every size of hole, in percent of the picture.
docs/evaluation.md says what is measured, and how to compare two runs.
"""


def define_flags(values):
    """Defines the command's flags in `values`."""

    def text(name, help_text, default=None):
        flags.DEFINE_string(name, default, help_text, flag_values=values)

    def number(name, default, lowest, help_text, highest=None):
        flags.DEFINE_integer(name, default, help_text, lowest, highest, flag_values=values)

    text("images", "DIRECTORY: the original pictures; or a glob, or a list of files.")
    text(
        "masks",
        "center|box|brush|NAME|DIRECTORY: the hole in the middle, of half the sides; boxes or "
        "brush strokes at random; irregular, irregular_buckets, lama_thin, lama_medium, lama_thick "
        "or mmagic_free_form; or a folder (or glob) of masks, white = hole, of which every picture "
        "gets one of each size.",
    )
    flags.DEFINE_boolean(
        "invert_mask",
        False,
        "Black is the hole of mask files, instead of white.",
        flag_values=values,
    )
    text(
        "weights",
        "PATH: a .safetensors file, a run directory, or a checkpoint of the authors; by default "
        "the weights that come with the package. The word none measures the methods without a "
        "network.",
    )
    flags.DEFINE_boolean(
        "paper_table",
        False,
        "Print the scores once more in the layout of tables of irregular holes: six ranges of "
        "size, with and without contact with the border.",
        flag_values=values,
    )
    flags.DEFINE_enum(
        "table",
        HOLES,
        TABLES,
        "How scores are printed: holes, a row for every size of hole and method, or paper, the "
        "layout of the paper's first table (l1, l2, PSNR, TV for PatchMatch, the network without "
        "attention of --baseline_weights, the full one and Telea). With paper, --masks is box and "
        "--size 256 unless given.",
        flag_values=values,
    )
    text(
        "baseline_weights",
        "PATH: a second network, as a row of its own called baseline: one without attention.",
    )
    flags.DEFINE_list(
        "methods",
        None,
        "NAMES: the methods without a network, separated by commas: telea, navier_stokes, "
        "mean_color, patch_match (patches of the picture itself). By default "
        "the first three, and those that it shows for --table paper.",
        flag_values=values,
    )
    text(
        "output_dir",
        "DIRECTORY: where evaluation.json, table.csv, pictures.csv and a sheet of pictures for "
        "every size of hole go; files of these names are replaced. Without it, only the table.",
    )
    number(
        "size",
        None,
        11,
        "Scale the shorter side of every picture to N and cut the middle NxN out. Without it "
        "pictures are taken as they are, and must have one size.",
        LARGEST_SIDE,
    )
    text(
        "perceptual",
        "FILE|vgg16|vgg19: adds a column, the distance in the features of such a network (a file, "
        "Keras's .h5 or .safetensors; by name Keras downloads it).",
    )
    text(
        "set_features",
        "mobilenet_v2|inception_v3|FILE: adds Fréchet and kernel distances between the completed "
        "pictures and the originals, in pooled features of such a network (by name Keras downloads "
        "it; a file is .keras, .h5 or .safetensors).",
    )
    flags.DEFINE_boolean(
        "ids",
        False,
        "With --set_features: adds P-IDS and U-IDS, how well a linear classifier tells both apart; "
        "needs the extra metrics.",
        flag_values=values,
    )
    text(
        "save_pictures",
        "DIRECTORY: also writes every picture as HOLE/METHOD/NAME.png, and HOLE/original and "
        "HOLE/mask beside them; HOLE is the size of the hole as in the table.",
    )
    define_detail(values)
    define_working_size(values)
    number("limit", None, 1, "Take the first N pictures by name.")
    number("seed", 0, 0, "Which holes are drawn at random.")
    text(
        "device",
        "NAME: where the network runs: auto (a GPU if there is one), cpu, gpu, gpu:0, gpu:1 ...",
        "auto",
    )
    flags.DEFINE_boolean("quiet", False, "Print only the table and errors.", flag_values=values)
