"""Small feature networks, as files."""

import numpy as np
import safetensors.numpy

BLOCKS = (1, 2, 2)
WIDTHS = (4, 6, 5)


def vgg_arrays(seed=0, conv0=True, aux=True):
    """Arrays of a network with `BLOCKS` and `WIDTHS`."""
    draw = np.random.default_rng(seed)
    arrays, channels = {}, 3

    def add(name, side, filters):
        kernel = draw.normal(size=[side, side, channels, filters]) / (side * channels**0.5)
        arrays[f"{name}/kernel"] = kernel.astype(np.float32)
        arrays[f"{name}/bias"] = draw.normal(size=[filters]).astype(np.float32)

    if conv0:
        add("conv0", 1, 3)
    for block, (count, width) in enumerate(zip(BLOCKS, WIDTHS), 1):
        for number in range(1, count + 1):
            add(f"conv{block}_{number}", 3, width)
            channels = width
            if number == 1 and aux:
                add(f"conv{block}_1_aux", 1, 2 * width)
    return arrays


def write_vgg(path, arrays, **metadata):
    """Writes them as a safetensors file."""
    metadata = {"blocks": ",".join(map(str, BLOCKS)), "padding": "reflect", **metadata}
    safetensors.numpy.save_file(arrays, path, {k: v for k, v in metadata.items() if v})
    return str(path)
