"""The interface of IOPaint, as far as its clients use it."""

import io
from typing import Optional

import numpy as np
from fastapi import APIRouter, Request, Response
from PIL import Image
from pydantic import BaseModel, Field

from inpaint_tf.errors import InputError
from inpaint_tf.inference.mask_file import mask_hole
from inpaint_tf.inference.photo import photo_of
from inpaint_tf.web.answers import chosen_seed, picture_answer, wanted_format
from inpaint_tf.web.bodies import json_schema, picture_bytes, read_json
from inpaint_tf.web.large import HD_STRATEGIES, for_large_pictures
from inpaint_tf.web.mask_edit import EDITS
from inpaint_tf.web.own_options import OwnOptions
from inpaint_tf.web.task import Task

_STROKE = (255, 203, 0, 186)  # red, green, blue, opacity of a painted pixel in that page


class InpaintRequest(OwnOptions):
    """The keys of a request that have an effect; IOPaint's other keys are accepted and ignored."""

    image: str = Field(description="Base64 of a picture file, bare or as a data URL.")
    mask: Optional[str] = Field(None, description="The same of a mask: white is the hole.")
    hd_strategy: HD_STRATEGIES = Field("Crop", description="What to do with large pictures.")
    hd_strategy_resize_limit: int = Field(1280, ge=1, description="Longest side with Resize.")
    sd_seed: int = Field(0, description="-1 draws one; the answer names it.")


class MaskRequest(BaseModel):
    """A request to change a mask."""

    mask: str = Field(description="Base64 of a mask, bare or as a data URL: white is the hole.")
    operate: str = Field(description="expand, shrink or reverse.")
    kernel_size: int = Field(5, ge=0, le=512, description="By how many pixels.")


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(prefix="/api/v1", tags=["IOPaint"])

    @router.post("/inpaint", openapi_extra=json_schema(InpaintRequest))
    async def inpaint(request: Request):
        """Completes a picture. The file comes back in its own format, or as JSON if asked."""
        wish = await read_json(request, InpaintRequest)
        mask = None if wish.mask is None else picture_bytes(wish.mask, "mask")
        seed = chosen_seed(wish.sd_seed)
        task = Task(
            picture_bytes(wish.image, "image"),
            studio.marked_by(mask, wish.hole_source()),
            for_large_pictures(wish.options(seed), wish.hd_strategy, wish.hd_strategy_resize_limit),
            wanted_format(request),
            opaque=wish.transparent_hole,
        )
        done = await studio.complete(request, task)
        return Response() if done is None else picture_answer(request, done, seed, studio.model)

    @router.post("/adjust_mask", openapi_extra=json_schema(MaskRequest))
    async def adjust_mask(request: Request):
        """Enlarges, shrinks or inverts a mask; a PNG of strokes on a transparent ground."""
        wish = await read_json(request, MaskRequest)
        if wish.operate not in EDITS:
            raise InputError(f"operate is {wish.operate!r}; expected {', '.join(EDITS)}.")
        mask = picture_bytes(wish.mask, "mask")

        def work():
            return _strokes(EDITS[wish.operate](_hole(mask, studio.settings), wish.kernel_size))

        png = await studio.do(request, work)
        return Response(png or b"", media_type="image/png")

    for path, answer in _FACTS.items():
        router.get(path, summary=path)(_telling(answer, studio))
    router.post("/model", summary="/model, which stays")(_telling(_model, studio))
    router.post("/gen-info", summary="/gen-info")(_telling(_no_prompts, studio))
    return router


def _telling(answer, studio):
    async def tell():
        return answer(studio)

    return tell


def _model(studio):
    return {
        "name": studio.model,
        "path": studio.model,
        "model_type": "inpaint",
        "need_prompt": False,
        "controlnets": [],
        "brushnets": [],
        "support_strength": False,
        "support_outpainting": False,
        "support_lcm_lora": False,
        "support_controlnet": False,
        "support_brushnet": False,
        "support_powerpaint_v2": False,
        "is_single_file_diffusers": False,
    }


def _server_config(studio):
    return {
        "plugins": [],
        "modelInfos": [_model(studio)],
        "removeBGModel": "",
        "removeBGModels": [],
        "realesrganModel": "",
        "realesrganModels": [],
        "interactiveSegModel": "",
        "interactiveSegModels": [],
        "enableFileManager": False,
        "enableAutoSaving": False,
        "enableControlnet": False,
        "controlnetMethod": "",
        "disableModelSwitch": True,
        "isDesktop": False,
        "samplers": [],
    }


def _no_prompts(studio):
    return {"prompt": "", "negative_prompt": ""}


def _nothing(studio):
    return []


# Paths of GET requests, and the function of the `Studio` that answers.
_FACTS = {
    "/server-config": _server_config,
    "/model": _model,
    "/samplers": _nothing,
}


def _hole(data, settings):
    photo = photo_of(io.BytesIO(data), "mask", settings.max_pixels)
    return mask_hole(photo, "mask", photo.color.shape[:2])[0]


def _strokes(hole):
    """A hole as strokes of colour on a transparent ground, as bytes of a PNG file."""
    pixels = np.where(hole[..., None], np.uint8(_STROKE), np.uint8(0))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
