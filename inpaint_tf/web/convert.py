"""A picture in another format: to show what a browser cannot decode, to save in any format."""

import io

from fastapi import APIRouter, Request, Response

from inpaint_tf.inference.photo import photo_of
from inpaint_tf.inference.photo_write import photo_bytes
from inpaint_tf.web.answers import wanted_format
from inpaint_tf.web.task import IMAGE, MEDIA_TYPES

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(prefix="/api/v1", tags=["pictures"])

    @router.post("/convert", openapi_extra=_BODY)
    async def convert(request: Request):
        """Returns the picture in the body, upright, in the format of Accept, by default PNG."""
        data = await request.body()
        file_format = wanted_format(request) or "PNG"

        def work():
            photo = photo_of(io.BytesIO(data), IMAGE, studio.settings.max_pixels)
            return photo_bytes(photo, file_format, IMAGE)[0]

        converted = await studio.do(request, work)
        return Response(converted or b"", media_type=MEDIA_TYPES[file_format])

    return router
