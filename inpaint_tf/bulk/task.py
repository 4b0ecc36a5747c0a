"""What every worker must know: the network, the holes, the path of the results."""

from typing import NamedTuple, Optional

from inpaint_tf.bulk.pairing import Rule
from inpaint_tf.inference.hole import HoleSource


class Network(NamedTuple):
    """The input of `make_inpainter`, by the names of the flags.

    weights: a path that workers can read, or "random". threads: of TensorFlow in each process, 0
    lets it choose. The others are as the flags of `test.py`.
    """

    weights: str
    device: str = "auto"
    padding: Optional[str] = None
    precision: str = "float32"
    detail: str = "auto"
    seed: int = 0
    working_size: str = "auto"
    threads: int = 0


class Task(NamedTuple):
    """A whole run.

    images: patterns. masks: a pattern, a file for all, or None. rule, source, network: a `Rule`, a
    `HoleSource` and a `Network`. feather, size, max_pixels: as in `completion`. batch_size: the
    most pictures that go through the network at once.
    """

    images: tuple
    masks: Optional[str]
    rule: Rule
    source: HoleSource
    network: Network
    feather: int = 0
    size: Optional[tuple] = None
    max_pixels: int = 2**26
    batch_size: int = 8
