"""The application: every interface to one backend, and the guards in front of them."""

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

import inpaint_tf
from inpaint_tf.web import (
    automatic1111,
    convert,
    iopaint,
    lama_cleaner,
    openai_edits,
    own_options,
    pages,
    status,
)
from inpaint_tf.web.access import AccessControl
from inpaint_tf.web.body_limit import BodyLimit
from inpaint_tf.web.failures import HANDLERS
from inpaint_tf.web.headers import SafeHeaders
from inpaint_tf.web.metrics import Measured, Metrics
from inpaint_tf.web.studio import Studio

_INTERFACES = (
    pages,
    iopaint,
    lama_cleaner,
    openai_edits,
    automatic1111,
    convert,
    own_options,
    status,
)
_DESCRIPTION = """
Fills holes in pictures. White marks the hole in a mask; OpenAI's interface marks it by
transparency. Known pixels of lossless formats come back bit for bit.
"""
_SHOWN = ["X-Seed", "X-Seconds", "X-Notices"]


def make_app(backend, settings):
    """Builds the ASGI application.

    Args:
        backend: a `Local` or `Remote`.
        settings: a `Settings`.
    """
    metrics = Metrics()
    guards = [
        Middleware(AccessControl, settings=settings),
        Middleware(BodyLimit, settings=settings),
    ]
    if settings.origins:
        others = {"allow_origins": settings.origins, "expose_headers": _SHOWN}
        allowed = {"allow_methods": ["GET", "POST"], "allow_headers": ["*"]}
        guards.insert(0, Middleware(CORSMiddleware, **others, **allowed))
    app = FastAPI(
        title="inpaint_tf",
        version=inpaint_tf.__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        middleware=guards,
        exception_handlers=HANDLERS,
    )
    studio = Studio(backend, settings, metrics)
    for interface in _INTERFACES:
        app.include_router(interface.routes(studio))
    pages.mount_files(app)
    # Outermost, so that the response to a fault of our own is measured and gets the headers, too.
    return Measured(SafeHeaders(app), metrics)
