"""A completed picture as a response: the file itself, or JSON if asked for."""

import base64
import json
import random
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from inpaint_tf.web.task import FORMAT_OF_MEDIA_TYPE, MEDIA_TYPES

_RANDOM = -1  # the seed that asks for one
_MOST_SEEDS = 2**31  # a seed is a whole number below


def chosen_seed(seed):
    """The seed to use: as given, or drawn if it is -1."""
    return random.randrange(_MOST_SEEDS) if seed == _RANDOM else seed


def wanted_format(request):
    """The only format that the header Accept allows; None if the picture's own will do."""
    accept = request.headers.get("accept", "").split(",")[0].split(";")[0].strip().lower()
    return FORMAT_OF_MEDIA_TYPE.get(accept)


def wants_json(request):
    """Whether to respond with JSON, which has facts beside the picture."""
    return request.headers.get("accept", "").strip().lower().startswith("application/json")


def picture_answer(request, done, seed, model):
    """The response with a `Done`.

    The file's bytes with its media type; seconds, seed and notices are headers. With
    `Accept: application/json` everything is JSON, the file in base64.
    """
    if wants_json(request):
        return JSONResponse(
            {
                "image": as_text(done.data),
                "format": done.format,
                "seconds": round(done.seconds, 3),
                "seed": seed,
                "model": model,
                "notices": list(done.notices),
            }
        )
    headers = {"X-Seed": str(seed), "X-Seconds": f"{done.seconds:.3f}"}
    if done.notices:  # headers hold ASCII only
        headers["X-Notices"] = quote(json.dumps(done.notices, ensure_ascii=False), safe=" ")
    return Response(done.data, media_type=MEDIA_TYPES[done.format], headers=headers)


def as_text(data):
    """Bytes as base64."""
    return base64.b64encode(data).decode()
