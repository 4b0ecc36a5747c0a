"""The interface of AUTOMATIC1111's web UI, as far as it concerns filling holes."""

import functools
import io
import json
from typing import Optional

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from PIL import Image
from pydantic import BaseModel, Field

from inpaint_tf.errors import InputError
from inpaint_tf.inference.hole import HoleSource
from inpaint_tf.inference.png_parts import require_pixels
from inpaint_tf.web.answers import as_text, chosen_seed
from inpaint_tf.web.automatic1111_facts import FACTS, UNSUPPORTED
from inpaint_tf.web.bodies import json_schema, picture_bytes, read_json
from inpaint_tf.web.task import Options, Task

_SMALLEST, _LARGEST = 8, 8192
_PICTURES = ("init_images", "mask")


class Img2ImgRequest(BaseModel):
    """The keys of a request that have an effect; all others are accepted and ignored."""

    init_images: list[str] = Field([], description="One picture file as base64 or a data URL.")
    mask: Optional[str] = Field(None, description="A mask likewise: white is the hole.")
    inpainting_mask_invert: int = Field(0, description="1: black is the hole.")
    mask_blur: int = Field(0, ge=0, le=512, description="Blends the seam inside the hole.")
    inpaint_full_res: bool = Field(True, description="The result has the picture's size.")
    width: int = Field(512, ge=_SMALLEST, le=_LARGEST, description="Without inpaint_full_res.")
    height: int = Field(512, ge=_SMALLEST, le=_LARGEST, description="Without inpaint_full_res.")
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = -1
    include_init_images: bool = False
    send_images: bool = True


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(tags=["AUTOMATIC1111"])

    @router.post("/sdapi/v1/img2img", openapi_extra=json_schema(Img2ImgRequest))
    async def img2img(request: Request):
        """Completes a picture; a PNG in base64 comes back."""
        wish = await read_json(request, Img2ImgRequest)
        if not wish.init_images:
            raise HTTPException(404, "Init image not found")
        if not wish.mask:
            raise InputError("mask is missing; this server fills holes and does nothing else.")
        seed = chosen_seed(wish.seed)
        mask = picture_bytes(wish.mask, "mask")
        task = Task(
            picture_bytes(wish.init_images[0], "init_images.0"),
            studio.marked_by(mask, HoleSource(invert=bool(wish.inpainting_mask_invert))),
            Options(feather=wish.mask_blur, seed=seed),
            "PNG",
        )
        finish = None
        if not wish.inpaint_full_res:
            size = (wish.width, wish.height)
            require_pixels("the result", size, studio.settings.max_pixels)
            finish = functools.partial(_resized, size)
        done = await studio.complete(request, task, finish)
        return Response() if done is None else _answer(wish, done, seed)

    for method, path, answer in FACTS:
        router.add_api_route(path, _telling(answer, studio), methods=[method], summary=path)
    for path in UNSUPPORTED:
        router.add_api_route(path, _refusing(path), methods=["POST"], include_in_schema=False)
    return router


def _telling(answer, studio):
    async def tell():
        return answer(studio)

    return tell


def _refusing(path):
    async def refuse():
        raise HTTPException(501, f"{path} does not exist; this server fills holes")

    return refuse


def _answer(wish, done, seed):
    parameters = wish.model_dump(exclude=set(_PICTURES))
    if wish.include_init_images:
        parameters |= {name: getattr(wish, name) for name in _PICTURES}
    text = f"{wish.prompt}\nSeed: {seed}, Size: {done.width}x{done.height}"
    info = {
        "prompt": wish.prompt,
        "all_prompts": [wish.prompt],
        "negative_prompt": wish.negative_prompt,
        "all_negative_prompts": [wish.negative_prompt],
        "seed": seed,
        "all_seeds": [seed],
        "subseed": seed,
        "all_subseeds": [seed],
        "width": done.width,
        "height": done.height,
        "batch_size": 1,
        "infotexts": [text],
        "index_of_first_image": 0,
        "seconds": round(done.seconds, 3),
        "notices": list(done.notices),
    }
    images = [as_text(done.data)] if wish.send_images else []
    return {"images": images, "parameters": parameters, "info": json.dumps(info)}


def _resized(size, done):
    """A `Done` of the requested (width, height), with 8 bits a channel."""
    if size == (done.width, done.height):
        return done
    with Image.open(io.BytesIO(done.data), formats=["PNG"]) as picture:
        if picture.mode.startswith("I"):
            picture = Image.fromarray((np.asarray(picture) // 257).astype(np.uint8))
        resized = picture.resize(size, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    resized.save(file, "PNG")
    return done._replace(data=file.getvalue(), width=size[0], height=size[1])
