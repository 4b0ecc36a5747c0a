"""The form that clients of lama-cleaner, IOPaint's predecessor, still send."""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from inpaint_tf.web.answers import chosen_seed, picture_answer, wanted_format
from inpaint_tf.web.bodies import form_schema, one_file, read_form
from inpaint_tf.web.large import HD_STRATEGIES, for_large_pictures
from inpaint_tf.web.own_options import OwnOptions
from inpaint_tf.web.task import Task


class InpaintForm(OwnOptions):
    """The fields of a form that have an effect; all others are accepted and ignored."""

    hdStrategy: HD_STRATEGIES = "Crop"
    hdStrategyResizeLimit: int = Field(2048, ge=1)
    sdSeed: int = 0


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(tags=["lama-cleaner"])

    @router.post("/inpaint", openapi_extra=form_schema(InpaintForm, "image", "mask"))
    async def inpaint(request: Request):
        """Completes a picture. The file comes back in its own format."""
        wish, files = await read_form(request, InpaintForm)
        seed = chosen_seed(wish.sdSeed)
        task = Task(
            one_file(files, "image"),
            studio.marked_by(files.get("mask", [None])[0], wish.hole_source()),
            for_large_pictures(wish.options(seed), wish.hdStrategy, wish.hdStrategyResizeLimit),
            wanted_format(request),
            opaque=wish.transparent_hole,
        )
        done = await studio.complete(request, task)
        return Response() if done is None else picture_answer(request, done, seed, studio.model)

    return router
