"""Metrics for Prometheus: requests, seconds, the line, sizes of pictures."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_MEGAPIXELS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
_OTHER = "other"  # requests without a route, so that made-up paths do not become labels


class Metrics:
    """Counters of one server."""

    def __init__(self):
        self.registry = CollectorRegistry()
        names = {"registry": self.registry, "namespace": "inpaint"}
        self._requests = Counter(
            "requests", "Answers by route and status.", ["route", "status"], **names
        )
        self._answer = Histogram(
            "answer_seconds", "From request to answer.", ["route"], buckets=_SECONDS, **names
        )
        self._work = Histogram(
            "work_seconds", "Work on one picture, without waiting.", buckets=_SECONDS, **names
        )
        self._size = Histogram(
            "picture_megapixels", "Sizes of completed pictures.", buckets=_MEGAPIXELS, **names
        )
        self._line = Gauge("line", "Requests that wait or are worked on.", **names)

    def watch(self, line):
        """Reports the length of a `Line` from now on."""
        self._line.set_function(lambda: line.taken)

    def picture(self, done):
        """Counts a `Done`."""
        self._work.observe(done.seconds)
        self._size.observe(done.width * done.height / 1e6)

    def answer(self, route, status, seconds):
        """Counts a response."""
        self._requests.labels(route, str(status)).inc()
        self._answer.labels(route).observe(seconds)

    def text(self):
        """Everything in Prometheus's text form, as bytes."""
        return generate_latest(self.registry)


class Measured:
    """ASGI middleware that counts every response in `metrics`."""

    def __init__(self, app, metrics):
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()

        async def sending(message):
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", _OTHER)
                self.metrics.answer(route, message["status"], time.perf_counter() - start)
            await send(message)

        await self.app(scope, receive, sending)
