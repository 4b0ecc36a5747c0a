"""The network in TF Serving, over REST or gRPC."""

import functools

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.export import rest, rpc
from inpaint_tf.export.upload import most_bytes, put_back, with_alpha
from inpaint_tf.inference.photo import Photo
from inpaint_tf.inference.photo_write import photo_bytes
from inpaint_tf.web.failures import Unreachable

_GRPC = "grpc://"


class Remote:
    """Completes pictures with an exported model that TF Serving runs.

    Args:
        address: "http://host:8501" or "grpc://host:8500".
        name: the model's name there.
        seconds: to wait for an answer.
    """

    lacks = ("feather", "detail", "working_size")

    def __init__(self, address, name, seconds):
        self.name = name
        self.address = address
        if address.startswith(_GRPC):
            ask, server = rpc.ask, address[len(_GRPC) :].rstrip("/")
        else:
            ask, server = rest.ask, address
        self._ask = functools.partial(ask, server, name, None, timeout=seconds)

    def doubts(self, hole):
        """Nothing: the network is unknown here."""
        return []

    def __call__(self, photo, hole, options):
        """As in `Local`; 8 bits a channel, and known pixels stay ours."""
        if photo.color.dtype != np.uint8:
            raise InputError("image has 16 bits a channel; TF Serving takes 8.")
        if options.feather:
            raise InputError("feather is not known to TF Serving; leave it at 0.")
        if options.detail is not None:
            raise InputError("detail is what the served model says; leave it at auto.")
        inputs = {
            "image_bytes": _png(with_alpha(photo)),
            "mask_bytes": _png(hole.astype(np.uint8) * 255),
        }
        try:
            answer = self._ask(inputs, most=most_bytes(photo))
            if not answer.get("error_bytes"):
                file = answer.get("completed_bytes", b"")
                return put_back(photo, hole, file, self.address).color
        except InputError as error:
            raise Unreachable(str(error)) from error
        raise InputError(f"TF Serving says: {rest.reason_of(answer['error_bytes'])}.")


def _png(pixels):
    return photo_bytes(Photo(pixels), "PNG", "picture")[0]
