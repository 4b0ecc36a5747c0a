"""A frozen VGG whose features tell texture from blur."""

from typing import NamedTuple

import keras
import tensorflow as tf

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D

POOLS = ("pool1", "pool2", "pool3")  # what the paper compares
STANDARD_BLOCKS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}

# The authors' networks were trained on BGR in 0..255 minus its mean, others on RGB in [0, 1] minus
# its mean, divided by its deviation. Both are given in RGB, from ImageNet.
CAFFE_MEAN = (123.68, 116.779, 103.939)
TORCH_MEAN, TORCH_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

# The scale of the first form's input over the second's; features are proportional to it.
CAFFE_DIVISOR = 255 * sum(TORCH_DEVIATION) / 3


def caffe_input(image):
    """RGB in [0, 1] to BGR in 0..255, minus the mean (Keras's preprocessing of VGG)."""
    return tf.reverse(255.0 * image - tf.constant(CAFFE_MEAN), [-1])


def torch_input(image):
    """RGB in [0, 1], minus the mean, over the deviation (torchvision's preprocessing)."""
    return (image - tf.constant(TORCH_MEAN)) / tf.constant(TORCH_DEVIATION)


PREPROCESSING = {"caffe": caffe_input, "torch": torch_input, "none": tf.identity}


class VggWeights(NamedTuple):
    """The contents of a file with such a network.

    arrays: dict such as {"conv1_1/kernel": [3, 3, in, out], "conv1_1/bias": [out]}; "conv0/..." is
        a 1x1 convolution before all others, "conv1_1_aux/..." one after conv1_1.
    blocks: convolutions in each block, before its pooling.
    padding: of the convolutions: "same" (zeros, as VGG has it) or "reflect".
    preprocessing: name in `PREPROCESSING`.
    divisor: features are divided by it, which brings them to the scale of `torch_input`, the one
        that the weights of the losses are given for.
    """

    arrays: dict
    blocks: tuple
    padding: str
    preprocessing: str
    divisor: float


class VggFeatures(keras.Model):
    """Maps of a VGG for the perceptual and style losses; it does not learn.

    Args:
        weights: `VggWeights`.
        maps: names of the maps to give, in this order: "poolB" is block B's after its maximum
            pooling, "auxB" that of convB_1 widened to VGG's own channels, "reluB" that of convB_1
            itself, or widened if the file can.

    Call arguments:
        image: `[B, H, W, 3]` float32 RGB in [0, 1].

    Returns:
        list of `[B, h, w, C]` float32, over `weights.divisor`; pool1 has half the size.

    Source:
        Simonyan and Zisserman 2014; pool1 to pool3: Liu et al. 2018, section 3.3.
    """

    def __init__(self, weights, maps=POOLS, **kwargs):
        # In float32 whatever the generator computes in: Gram matrices are sums of squares.
        super().__init__(dtype="float32", trainable=False, **kwargs)
        self.maps = tuple(maps)
        self.preprocess = PREPROCESSING[weights.preprocessing]
        self.divisor = weights.divisor
        self.convolutions = {}
        maps = widened_where_possible(self.maps, weights.arrays)
        names = needed_convolutions(maps, weights.blocks)
        for name in [*(["conv0"] if "conv0/kernel" in weights.arrays else []), *names]:
            kernel, bias = (weights.arrays[f"{name}/{part}"] for part in ("kernel", "bias"))
            layer = MirrorPadConv2D(
                kernel.shape[-1],
                kernel.shape[0],
                padding_mode=weights.padding,
                activation=None if name == "conv0" else "relu",
                trainable=False,
                dtype="float32",
                name=name,
            )
            layer.build((None, None, None, kernel.shape[2]))
            layer.set_weights([kernel, bias])
            self.convolutions[name] = layer
        self.steps = [name for name in names if not name.endswith("_aux")]
        self.built = True

    def call(self, image):
        x = self.preprocess(tf.cast(image, tf.float32))
        if "conv0" in self.convolutions:
            x = self.convolutions["conv0"](x)
        found, block = {}, "1"
        for name in self.steps:
            if name[4] != block:
                x = found[f"pool{block}"] = tf.nn.max_pool2d(x, 2, 2, "VALID")
                block = name[4]
            x = self.convolutions[name](x)
            if f"{name}_aux" in self.convolutions:
                found[f"aux{block}"] = self.convolutions[f"{name}_aux"](x)
            if name.endswith("_1"):
                found[f"relu{block}"] = found.get(f"aux{block}", x)
        if f"pool{block}" in self.maps:
            found[f"pool{block}"] = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return [found[name] / self.divisor for name in self.maps]


def widened_where_possible(maps, arrays):
    """Every "reluB" as "auxB" if the file has the convolution that widens it."""
    return tuple(
        f"aux{name[-1]}" if name.startswith("relu") and f"conv{name[-1]}_1_aux/kernel" in arrays
        else name
        for name in maps
    )  # fmt: skip


def needed_convolutions(maps, blocks):
    """The convolutions that some maps need, in their order.

    Raises:
        ValueError: there is no such map.
    """
    known = [
        f"{layer}{block}"
        for layer in ("pool", "aux", "relu")
        for block in range(1, len(blocks) + 1)
    ]
    for name in maps:
        if name not in known:
            raise ValueError(f"maps must be among {', '.join(known)}, got {name!r}.")
    whole = max((int(name[-1]) for name in maps if name.startswith("pool")), default=0)
    deepest = max(int(name[-1]) for name in maps)
    names = []
    for block, count in enumerate(blocks[:deepest], 1):
        last = count if block <= whole or block < deepest else 1
        for number in range(1, last + 1):
            names.append(f"conv{block}_{number}")
            if number == 1 and f"aux{block}" in maps:
                names.append(f"conv{block}_1_aux")
    return names
