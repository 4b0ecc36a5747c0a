"""The interface of OpenAI's image edits, where *transparent* pixels are the hole."""

import io
import time
from typing import Literal, Optional

import numpy as np
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from inpaint_tf.errors import InputError
from inpaint_tf.inference.mask_file import THRESHOLD, resized_nearest
from inpaint_tf.inference.photo import photo_of
from inpaint_tf.inference.photo_write import to_8_bits
from inpaint_tf.web.answers import as_text
from inpaint_tf.web.bodies import form_schema, one_file, read_form
from inpaint_tf.web.task import MASK, MEDIA_TYPES, Options, Task

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}


class EditForm(BaseModel):
    """The fields of a form that have an effect; all others are accepted and ignored."""

    prompt: str = Field("", description="Has no effect: the network sees only the picture.")
    n: int = Field(1, ge=1, le=10, description="How often the same picture comes back.")
    response_format: Literal["b64_json", "url"] = "b64_json"
    output_format: Literal["png", "jpeg", "webp"] = "png"
    stream: bool = False


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"])

    @router.post("/images/edits", openapi_extra=form_schema(EditForm, "image", "mask"))
    async def edits(request: Request):
        """Completes the transparent pixels of `mask`, or of the picture if there is no mask."""
        wish, files = await read_form(request, EditForm)
        if wish.stream:
            raise InputError("stream is true; this server answers with whole pictures.")
        image = one_file(files, "image")
        mask = files["mask"][0] if files.get("mask") else None
        mark = _transparent_in(mask, studio.settings)
        task = Task(image, mark, Options(), _FORMATS[wish.output_format], opaque=mask is None)
        done = await studio.complete(request, task)
        if done is None:
            return Response()
        text = as_text(done.data)
        if wish.n > 1 and wish.n * len(text) > studio.settings.max_body:
            raise InputError(f"n is {wish.n}, too often for a picture of this size; expected 1.")
        address = f"data:{MEDIA_TYPES[done.format]};base64,{text}"
        item = {"b64_json": text} if wish.response_format == "b64_json" else {"url": address}
        return {"created": int(time.time()), "data": [item] * wish.n}

    return router


def _transparent_in(mask: Optional[bytes], settings):
    """A task's `mark`: the transparent pixels of the mask file, or of the picture without one."""

    def mark(photo):
        marking, name = photo, "image"
        if mask is not None:
            marking, name = photo_of(io.BytesIO(mask), MASK, settings.max_pixels), MASK
        if marking.alpha is None:
            raise InputError(f"{name} has no transparency; transparent pixels are the hole here.")
        opacity, notices = to_8_bits(marking.alpha), []
        if opacity.shape != photo.color.shape[:2]:
            opacity = resized_nearest(opacity, photo.color.shape[:2])
            notices.append(f"{name} is of another size than the picture and is resized to it.")
        hole = opacity < THRESHOLD
        if np.all(hole):
            raise InputError(f"{name} is transparent all over, so there is nothing to go by.")
        return hole, notices

    return mark
