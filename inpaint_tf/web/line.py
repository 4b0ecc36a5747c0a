"""The line of requests for the network: one at a time, the rest waits, up to a limit."""

import asyncio
import concurrent.futures

from inpaint_tf.web.failures import Busy, TooLate


class Line:
    """Does one piece of work after the other in a thread of its own.

    Args:
        places: how many may be in progress or wait; one more is refused.
        seconds: how long one may wait and be in progress.
    """

    def __init__(self, places, seconds):
        self.places = places
        self.seconds = seconds
        self.taken = 0
        self._turn = asyncio.Lock()  # hands itself on in the order of asking
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "network")
        self._under_way = set()

    async def do(self, work, gone):
        """Runs `work` when its turn comes.

        Waiting work is dropped, with everything it holds, when its client goes away or its time is
        up. Work in progress cannot be stopped: it is finished, and its result discarded.

        Args:
            work: function without arguments.
            gone: a coroutine that returns when the client is gone.

        Returns:
            The result of `work`, or None if the client is gone.

        Raises:
            Busy: every place is taken.
            TooLate: its time is up.
        """
        if self.taken >= self.places:
            gone.close()
            raise Busy
        self.taken += 1
        task = asyncio.ensure_future(self._in_turn(work))
        self._under_way.add(task)
        task.add_done_callback(self._leave)
        watch = asyncio.ensure_future(gone)
        try:
            await asyncio.wait(
                {task, watch}, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if task.done():
                return task.result()
            if watch.done():
                return None
            raise TooLate(f"the picture was not done within {self.seconds:g} seconds.")
        finally:
            watch.cancel()
            task.cancel()

    def _leave(self, task):
        self.taken -= 1
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # read it, or asyncio reports that nobody did

    async def _in_turn(self, work):
        async with self._turn:
            running = asyncio.get_running_loop().run_in_executor(self._thread, work)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait([running])
                raise
