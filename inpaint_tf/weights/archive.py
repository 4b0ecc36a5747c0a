"""What a weights file holds, whatever its format."""

from typing import NamedTuple


class Weights(NamedTuple):
    """Arrays and everything needed to rebuild the network they belong to.

    model: a name that `create_model` knows.
    options: keyword arguments of that model.
    arrays: dict of the original's variable names -> NumPy arrays, in RGB order. May hold critics
        too, under "discriminator/".
    provenance: dict of strings and numbers, where the weights come from.
    ignored: dict of what was left out -> how many tensors.
    detail: whether the `Inpainter` is to borrow detail for what the network paints softly.
    """

    model: str
    options: dict
    arrays: dict
    provenance: dict
    ignored: dict
    detail: bool = False
