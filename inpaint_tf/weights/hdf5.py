"""What HDF5 files hold, against what they name."""

import h5py

from inpaint_tf.errors import InputError

MOST_COMPRESSED = 20  # how many times smaller weights may be stored; they are all but random


def datasets_below(group, path):
    """The datasets of a group and of all groups in it.

    Args:
        group: of `h5py`.
        path: of the file, for the error.

    Raises:
        InputError: one has a shape for which the file holds far too little; memory would be taken
            for nothing.
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
