"""Holes grouped by how much of the picture they take, as in published tables."""

_EDGES = (0, 1, 10, 20, 30, 40, 50, 60, 100)  # percent of the picture
BUCKETS = tuple(f"{low}-{high}" for low, high in zip(_EDGES, _EDGES[1:]))
ALL = "all"


def bucket_of(share):
    """The bucket of a hole that takes this share of the picture, its upper edge included.

    >>> bucket_of(0.25), bucket_of(0.2), bucket_of(0.001)
    ('20-30', '10-20', '0-1')
    """
    percent = 100 * share
    return next(name for name, high in zip(BUCKETS, _EDGES[1:]) if percent <= high)
