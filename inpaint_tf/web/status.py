"""The server's state: for health checks, load balancers and Prometheus."""

from fastapi import APIRouter, Response

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def routes(studio):
    """The routes, for a `Studio`."""
    router = APIRouter(tags=["status"])

    @router.get("/health")
    async def health():
        """The server runs."""
        return {"status": "ok"}

    @router.get("/ready")
    async def ready(response: Response):
        """Whether one more request would be accepted, and how many there are."""
        free = studio.line.taken < studio.line.places
        response.status_code = 200 if free else 503
        return {"ready": free, "line": studio.line.taken, "places": studio.line.places}

    @router.get("/metrics")
    async def metrics():
        """Requests, seconds, the line and sizes, in Prometheus's form."""
        return Response(studio.metrics.text(), media_type=_PROMETHEUS)

    return router
