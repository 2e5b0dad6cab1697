"""Closing ends the search for a lost source at once."""

import threading
import time
from collections.abc import Iterator

import pytest

from app.capture.reconnect import ReconnectingSource
from app.capture.source import Source
from app.types import Frame, SourceError
from tests.reconnect_fakes import Again, Clock, FakeCamera, reconnecting


class Stuck:
    """Opens a source that hangs, in opening or in its first read, until it is let go."""

    def __init__(self, phase: str, clock: Clock) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()
        self.source = FakeCamera(clock, 5)
        self._phase = phase
        self._read = self.source.read

    def __call__(self) -> Source:
        if self._phase == "unplugged":
            self.reached.set()
            raise SourceError("not there")
        if self._phase == "opening":
            self._hang()
        else:
            self.source.read = self._hang_and_read  # type: ignore[method-assign]
        return self.source

    def _hang(self) -> None:
        self.reached.set()
        self.go.wait(10.0)

    def _hang_and_read(self) -> Frame | None:
        self._hang()
        return self._read()


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    yield
    deadline_s = time.monotonic() + 3.0
    while any(thread.name == "mien-reconnect" for thread in threading.enumerate()):
        assert time.monotonic() < deadline_s, "an attempt is still going on"
        time.sleep(0.01)


@pytest.mark.usefixtures("no_threads_left")
@pytest.mark.parametrize("how", ["closed", "cancelled"])
@pytest.mark.parametrize("phase", ["unplugged", "opening", "first frame"])
def test_closing_or_cancelling_ends_the_read_at_once_in_every_phase_of_a_gap(phase: str, how: str):
    stuck = Stuck(phase, Clock())
    cancelled = threading.Event()
    source = ReconnectingSource(
        stuck,
        FakeCamera(Clock(), 1),
        on_lost=lambda _: None,
        on_back=lambda _: pytest.fail("nothing is back"),
        wait=cancelled.wait,
        clock=time.monotonic,
    )
    assert source.read() is not None
    results: list[Frame | None] = []
    reader = threading.Thread(target=lambda: results.append(source.read()))
    reader.start()
    assert stuck.reached.wait(5.0)
    time.sleep(0.05)
    start_s = time.monotonic()
    if how == "closed":
        source.close()
    else:
        cancelled.set()
    reader.join(5.0)
    assert time.monotonic() - start_s < 0.1
    assert results == [None]
    stuck.go.set()
    source.close()
    if phase != "unplugged":
        deadline_s = time.monotonic() + 3.0
        while not stuck.source.closed:
            assert time.monotonic() < deadline_s, "what was opened too late stayed open"
            time.sleep(0.01)
    assert source.read() is None


def test_closing_before_it_is_lost_ends_the_read_with_the_source_s():
    clock = Clock()
    source = reconnecting(Again(), FakeCamera(clock, 5), clock, [])
    assert source.read() is not None
    source.close()
    source.close()
    assert source.read() is None
