"""The contents of HDF5 files, checked against their size."""

import h5py

from inpaint_tf.errors import InputError

MOST_COMPRESSED = 20  # the most that weights may be compressed; they are almost random


def datasets_below(group, path):
    """The datasets of a group and of all groups in it.

    Args:
        group: of `h5py`.
        path: of the file, for the error.

    Raises:
        InputError: one has a shape for which the file holds far too little data, so that memory
            would be wasted.
    """
    found = []
    group.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    found = [item for item in found if item.shape is not None]
    for item in found:
        named, held = item.size * item.dtype.itemsize, item.id.get_storage_size()
        if named > MOST_COMPRESSED * held:
            raise InputError(
                f"{path} does not fit: {item.name} has shape {item.shape}, and the file holds "
                f"{held} bytes of it, expected {named}."
            )
    return found
