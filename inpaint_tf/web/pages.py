"""The page itself and the description of the interface, all served from files of packages."""

from importlib import resources

import fastapi_offline
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

STATIC = resources.files("inpaint_tf.web").joinpath("static")
_SWAGGER = resources.files(fastapi_offline).joinpath("static")


def routes(studio):
    """The routes, for a `Studio`."""
    del studio  # pages ask for what they need
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page():
        return HTMLResponse(STATIC.joinpath("index.html").read_text("utf-8"))

    @router.get("/docs")
    async def docs():
        return HTMLResponse(STATIC.joinpath("docs.html").read_text("utf-8"))

    return router


def mount_files(app):
    """Adds the files that the pages load to an application."""
    app.mount("/static", StaticFiles(directory=str(STATIC)), "static")
    app.mount("/swagger", StaticFiles(directory=str(_SWAGGER)), "swagger")
