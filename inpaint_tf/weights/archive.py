"""The contents of a weights file of any format."""

from typing import NamedTuple


class Weights(NamedTuple):
    """Arrays and everything needed to rebuild the network they belong to.

    model: a name that `create_model` knows.
    options: keyword arguments of that model.
    arrays: dict of the original's variable names -> NumPy arrays, in RGB order. May also hold
        critics, under "discriminator/".
    provenance: dict of strings and numbers about the origin of the weights.
    ignored: dict of what was left out -> how many tensors.
    detail: whether the `Inpainter` should borrow the detail that the network lacks.
    """

    model: str
    options: dict
    arrays: dict
    provenance: dict
    ignored: dict
    detail: bool = False
