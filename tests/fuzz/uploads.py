"""Small pictures that servers take, and a hole for them."""

import numpy as np
from made_files import HEIGHT, WIDTH, encoded, interlaced, noise, png


def hole():
    where = np.zeros([HEIGHT, WIDTH], np.uint8)
    where[3:8, 5:15] = 255
    return where


def files():
    """Small pictures that a server takes."""
    yield png(noise().astype(int), 8, 2, [(b"tRNS", bytes(6)), (b"tEXt", b"a\0b")])
    yield png(noise(1).astype(int) % 4, 2, 3, [(b"PLTE", bytes(range(12))), (b"tRNS", b"\1\2")])
    yield interlaced(noise(4), 8, 6)
    yield encoded("PNG", noise(1))
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        yield encoded("JPEG", noise(), **options)
