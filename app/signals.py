"""The signals that ask the program to end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_end(ask: Callable[[], None]) -> Iterator[None]:
    """Call ``ask`` on Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP), in place of what they do otherwise.

    A program that was started to outlive its terminal, by ``nohup``, does. It is for the main thread.
    """

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        ask()

    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
