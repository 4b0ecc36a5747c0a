"""What the benchmark can run: functions without arguments that wait for their result."""

import functools

from inpaint_tf.benchmark.games import steps_of

FEATURE_STRIDE = 4
FEATURE_MARGIN = 6  # features around the hole that the completed picture depends on
CHANNELS = 4  # of the features, in units of the network's width

# Options of each variant. The others are compared with the first.
VARIANTS = {
    "attention": {
        "patches": {"implementation": "patches"},
        "shifts": {"implementation": "shifts"},
        "shifts-hole": {"implementation": "shifts", "hole_only": True},
        "patches-gradient": {"implementation": "patches", "gradient": True},
        "shifts-gradient": {"implementation": "shifts", "gradient": True},
    },
    "generator": {
        "patches": {"implementation": "patches"},
        "shifts": {},
        "complete": {"complete": True},
        "complete-same": {"complete": True, "padding": "same"},
        "complete-bfloat16": {"complete": True, "dtype": "mixed_bfloat16"},
        "shifts-same": {"padding": "same"},
        "plain": {},
        "plain-bfloat16": {"dtype": "mixed_bfloat16"},
    },
    "train": {
        "patches": {"implementation": "patches"},
        "shifts": {},
        "patches-compiled": {"implementation": "patches", "compiled": True},
        "shifts-compiled": {"compiled": True},
        "critic": {"update": "critic", "padding": "same"},
        "critic-bfloat16": {"update": "critic", "padding": "same", "dtype": "mixed_bfloat16"},
        "adversarial": {"update": "generator", "padding": "same"},
        "adversarial-bfloat16": {
            "update": "generator",
            "padding": "same",
            "dtype": "mixed_bfloat16",
        },
        "plain": {},
        "plain-bfloat16": {"dtype": "mixed_bfloat16"},
    },
}
DEFAULTS = {
    "attention": ["patches", "shifts", "shifts-hole"],
    "generator": ["patches", "shifts", "complete"],
    "train": ["patches", "shifts"],
}
PLAIN_DEFAULTS = {"generator": ["plain", "complete"], "train": ["plain"]}
PLAIN_MODELS = ("partial_conv_unet",)  # without attention, of which there are several forms


def default_variants(what, model="deepfill_v1"):
    """Names of the variants measured when none are asked for."""
    return (PLAIN_DEFAULTS if model in PLAIN_MODELS else {}).get(what, DEFAULTS[what])


def make(what, name, size, batch, width, model="deepfill_v1"):
    """One variant, ready to run.

    Args:
        what: key of `VARIANTS`.
        name: key of `VARIANTS[what]`.
        size: (height, width) of the picture.
        batch: pictures at once.
        width: channels of the network's first convolution.
        model: the network's name, see `create_model`; attention alone has none.

    Returns:
        A function that runs it once and waits for the result.
    """
    options = VARIANTS[what][name]
    if what == "attention":
        return _attention(size, batch, width, **options)
    makers = {"generator": _generator, "train": _training_step}
    return makers[what](model, size, batch, width, **options)


def _centred(length):
    """Start and length of the hole along one side."""
    return length // 4, length // 2


def _picture_and_hole(size, batch):
    import tensorflow as tf

    (top, height), (left, width) = (_centred(side) for side in size)
    hole = tf.ones([batch, height, width, 1])
    down, right = [top, size[0] - top - height], [left, size[1] - left - width]
    mask = tf.pad(hole, [[0, 0], down, right, [0, 0]])
    image = tf.random.stateless_uniform([batch, *size, 3], [0, 2], -1.0, 1.0)
    return image, mask


def _attention(size, batch, width, implementation, hole_only=False, gradient=False):
    import tensorflow as tf

    from inpaint_tf.layers.contextual_attention import ContextualAttention
    from inpaint_tf.ops.spans import Span

    size = [side // FEATURE_STRIDE for side in size]
    features = tf.random.stateless_normal([batch, *size, CHANNELS * width], [0, 3])
    _, mask = _picture_and_hole(size, batch)
    layer = ContextualAttention(implementation=implementation)
    needed = None
    if hole_only:
        needed = [Span(*_centred(side)).within(side, FEATURE_MARGIN) for side in size]

    @tf.function
    def run(features):
        if not gradient:
            return layer(features, features, mask, needed=needed)[0]
        with tf.GradientTape() as tape:
            tape.watch(features)
            result, _ = layer(features, features, mask)
        return tape.gradient(result, features)

    return lambda: run(features)[0, 0, 0].numpy()


def _generator(name, size, batch, width, complete=False, **options):
    import tensorflow as tf

    from inpaint_tf.models.registry import create_model

    model = create_model(name, width=width, **options)
    image, mask = _picture_and_hole(size, batch)
    anything = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 1)]

    @functools.partial(tf.function, input_signature=anything)  # as in an exported model
    def run(image, mask):
        return model.complete(image, mask) if complete else model(image, mask).last

    return lambda: run(image, mask)[0, 0, 0].numpy()


def _training_step(name, size, batch, width, compiled=False, update="reconstruction", **options):
    """One of the updates of training: the critics', the generator's, or that without critics."""
    import tensorflow as tf

    from inpaint_tf.masks.sampler import center_box
    from inpaint_tf.types import Batch

    image, mask = _picture_and_hole(size, batch)
    box = [side // 2 for side in size]
    boxes = tf.tile(center_box(size, box)[None], [batch, 1])
    steps = steps_of(name, size, box, width, options)
    one_step = getattr(steps, f"update_{update}")

    @functools.partial(tf.function, jit_compile=compiled)
    def run():
        return one_step(Batch(image, mask, boxes), tf.constant([0, 1]), tf.constant(1e-4))

    return lambda: [value.numpy() for value in run().values()]
