"""Threads that do a share of what one caller waits for."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """Does several things at once, for one caller, which does its own share; the threads are started when needed.

    Args:
        count: on how many threads at most, the caller's among them.
    """

    def __init__(self, count: int = 1) -> None:
        self.count = count
        self._helpers: ThreadPoolExecutor | None = None
        self._process = 0
        self._begun: deque[Callable[[], None]] = deque()

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Return what ``work`` makes of each of ``items``, in their order; whoever is free takes the next of them.

        What ``work`` raises is raised here, once nobody is at work any more, and so is Ctrl-C unless it comes in that
        wait; items not begun by then are left. ``work`` must not call ``map``: whom it waits for may wait for it.
        """
        at_once = min(self.count, len(items))
        if at_once < 2:
            return [work(item) for item in items]
        helpers = self._start()
        left = deque(enumerate(items))
        done: dict[int, R] = {}

        def take() -> None:
            try:
                while left:
                    try:
                        index, item = left.popleft()
                    except IndexError:  # somebody else took the last
                        return
                    done[index] = work(item)
            except BaseException:
                left.clear()
                raise

        helping: list[Future[None]] = []
        try:
            for _ in range(at_once - 1):
                # one by one: where no other thread can be started, those that were are waited for
                helping.append(helpers.submit(take))  # noqa: PERF401
            take()
        finally:
            # empty, unless something came between
            left.clear()
            # who has not come to it, being at something that was begun before, has nothing left to do here
            helping = [helper for helper in helping if not helper.cancel()]
            wait(helping)
        for helper in helping:
            helper.result()
        return [done[index] for index in range(len(items))]

    def begin(self, work: Callable[[T], R], item: T) -> Callable[[], R]:
        """Have a helper do it while the caller goes on; return what waits for it, once, and returns or raises.

        Who waits does meanwhile what was begun and no helper has come to. Where there is no helper, it is done when it
        is waited for. ``work`` may call ``map`` and ``begin``.
        """
        if self.count < 2:
            return partial(work, item)
        done: Future[R] = Future()
        self._begun.append(partial(_do, work, item, done))
        self._start().submit(self._do_begun)
        return partial(self._wait_for, done)

    def close(self) -> None:
        """End the threads, once they have done what was begun; the next work starts them again."""
        if self._helpers is not None and self._process == os.getpid():
            self._helpers.shutdown()
        self._helpers = None

    def _wait_for(self, done: "Future[R]") -> R:
        while not done.done() and self._do_begun():
            pass
        return done.result()

    def _do_begun(self) -> bool:
        """Do what was begun first and nobody has come to; return whether there was something."""
        try:
            do = self._begun.popleft()
        except IndexError:
            return False
        do()
        return True

    def _start(self) -> ThreadPoolExecutor:
        if self._helpers is None or self._process != os.getpid():
            # a fork has no threads but the one that forked: what was given to the others would wait for ever
            self._helpers, self._process = ThreadPoolExecutor(self.count - 1, "mien-worker"), os.getpid()
        return self._helpers


def _do(work: Callable[[T], R], item: T, done: "Future[R]") -> None:
    """Do it for whoever waits; what ends the program ends it here as well."""
    try:
        done.set_result(work(item))
    except Exception as error:
        done.set_exception(error)
    except BaseException as error:
        done.set_exception(error)
        raise
