"""The common core of all endpoints: the backend, the line in front of it, the limits."""

from inpaint_tf.errors import InputError
from inpaint_tf.web.line import Line
from inpaint_tf.web.task import complete, marked_by


class Studio:
    """Accepts pictures and returns completed ones.

    Args:
        backend: a `Local` or `Remote`.
        settings: a `Settings`.
        metrics: a `Metrics`.
    """

    def __init__(self, backend, settings, metrics):
        self.backend = backend
        self.settings = settings
        self.metrics = metrics
        self.line = Line(settings.places, settings.answer_seconds)
        metrics.watch(self.line)

    @property
    def model(self):
        """The model's name, as clients see it."""
        return self.backend.name

    def marked_by(self, mask, source):
        """A task's `mark` for the bytes of a mask file, or None, and a `HoleSource`."""
        if mask is None and not (source.face_region or source.transparent):
            raise InputError("mask is missing; expected a picture file, white where the hole is.")
        return marked_by(mask, self.settings.max_pixels, source)

    async def complete(self, request, task, finish=None):
        """Completes a `Task` for a client.

        Args:
            request: the client's.
            task: a `Task`.
            finish: function of the `Done` that gives another one, as part of the work.

        Returns:
            A `Done`, or None if the client is gone.
        """

        def work():
            done = complete(task, self.backend, self.settings.max_pixels)
            return done if finish is None else finish(done)

        done = await self.do(request, work)
        if done is not None:
            self.metrics.picture(done)
        return done

    async def do(self, request, work):
        """Runs `work`, a function without arguments, when its turn comes."""
        return await self.line.do(work, _gone(request))


async def _gone(request):
    """Returns when the client of a request, whose body is read, goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
