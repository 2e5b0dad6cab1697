"""A camera or stream that may be lost and come back."""

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Final

import numpy as np

from app.capture.source import Source, SourceKind
from app.types import Frame, Image, SourceError

_log = logging.getLogger(__name__)

FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 5.0
# No two frames of a working camera are equal to the last bit: its sensor has noise.
FROZEN_S: Final = 5.0
# How long it may take until a close or a cancel from another thread is seen.
_SLICE_S: Final = 0.03
_DOUBLINGS: Final = 10


def delay_s(attempt: int) -> float:
    """Seconds to wait before an attempt, counted from 0: 0.5, doubled each time (exponential back-off), 5 at most."""
    # The exponent is bounded because attempts are not, and powers of two outgrow a float.
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(attempt, _DOUBLINGS))


class FreezeWatch:
    """Tells when a camera only repeats its last frame, as some drivers do when it is gone.

    A covered lens, or a virtual camera that shows a picture, looks the same. So a picture that was there before the
    camera was opened anew, and is there again, is taken for what it shows.
    """

    def __init__(self) -> None:
        self._image: Image | None = None
        self._since_s = 0.0
        self._genuine: Image | None = None

    def frozen(self, image: Image, now_s: float) -> bool:
        """Whether this image, uint8 (H, W, 3), at this time in seconds, has not changed for ``FROZEN_S``."""
        if self._image is None or not _same(image, self._image):
            self._image = image
            self._since_s = now_s
            return False
        if self._genuine is not None and _same(image, self._genuine):
            return False
        return now_s - self._since_s >= FROZEN_S

    def reopened(self) -> None:
        """The camera was opened anew: what is seen now is no repetition."""
        self._genuine = self._image
        self._image = None


class ReconnectingSource:
    """A live source that is opened again, for ever, whenever it is lost; its frames go on in number and time.

    The frame after a gap has the number after that of the last, and its time is the time that has really passed. What
    is opened again must have the identity and the name of what was lost, so that no other camera takes its place.
    """

    def __init__(
        self,
        open_again: Callable[[], Source],
        first: Source,
        *,
        on_lost: Callable[[str], None],
        on_back: Callable[[str], None],
        wait: Callable[[float], bool],
        clock: Callable[[], float],
    ) -> None:
        """Go on where ``first`` ends.

        Args:
            open_again: opens the same source; called on a thread of its own, raises SourceError while it is not there.
            first: the source, open.
            on_lost: told in one line why, once a loss; called on the reading thread.
            on_back: told in one line when frames come again; called on the reading thread.
            wait: waits so many seconds and returns True, at once, when reading is to end. Called with small numbers.
            clock: seconds, monotonic.
        """
        self._open_again = open_again
        self._source = first
        self._on_lost = on_lost
        self._on_back = on_back
        self._wait = wait
        self._clock = clock
        self._watch = FreezeWatch()
        self._closed = False
        self._start_s: float | None = None
        self._index = -1
        # What to add to the numbers and times of the source, which begin at 0 whenever it is opened.
        self._index_before = 0
        self._s_before = 0.0

    @property
    def name(self) -> str:
        """The source's name."""
        return self._source.name

    @property
    def live(self) -> bool:
        """Whether the source is live."""
        return self._source.live

    @property
    def stills(self) -> bool:
        """Whether the source's frames are independent images."""
        return self._source.stills

    @property
    def fps(self) -> float | None:
        """Frames a second that the source grants now."""
        return self._source.fps

    @property
    def kind(self) -> SourceKind:
        """What the source is."""
        return self._source.kind

    @property
    def identity(self) -> str:
        """Finds the source again."""
        return self._source.identity

    def read(self) -> Frame | None:
        """Wait for the next frame, over any gap; None once closed or cancelled, in a gap within 100 ms.

        Raises:
            SourceError: the source gave not one frame: nothing was lost, it does not work.
        """
        try:
            frame = self._source.read()
            if frame is not None and self._frozen(frame):
                raise SourceError(f"{self.name} is lost: its picture has not changed for {FROZEN_S:g} s")
        except SourceError as error:
            if self._closed:
                return None
            if self._start_s is None:
                raise
            return self._find_again(str(error))
        if frame is None:
            return None
        if self._start_s is None:
            self._start_s = self._clock() - frame.t_s
        return self._continued(frame)

    def close(self) -> None:
        """Release the source. What is being opened at the time is closed again as soon as it is open."""
        self._closed = True
        self._source.close()

    def _frozen(self, frame: Frame) -> bool:
        """Whether the source is a camera that only repeats its last frame."""
        return self.kind == "camera" and frame.image.size > 0 and self._watch.frozen(frame.image, self._clock())

    def _continued(self, frame: Frame) -> Frame:
        """A frame of the source as one of the whole."""
        self._index = self._index_before + frame.index
        return Frame(self._index, self._s_before + frame.t_s, frame.image)

    def _find_again(self, message: str) -> Frame | None:
        """Try until the source is there; its first frame, or None once closed or cancelled."""
        assert self._start_s is not None
        lost_s = self._clock()
        _log.info("%s", message)
        self._source.close()
        self._on_lost(message)
        attempt = 0
        while not self._pause(delay_s(attempt)):
            found = _Attempt(self._open_again, self._source, self._clock)
            while not found.done:
                if self._pause(_SLICE_S):
                    found.give_up()
                    return None
            try:
                self._source, frame, now_s = found.result()
            except SourceError as error:
                _log.info("attempt %d: %s", attempt + 1, error)
                attempt += 1
                continue
            if self._closed:
                self._source.close()
                return None
            self._index_before = self._index + 1 - frame.index
            self._s_before = now_s - self._start_s - frame.t_s
            self._watch.reopened()
            back = f"{self.name} is back after {now_s - lost_s:.0f} s"
            _log.info("%s", back)
            self._on_back(back)
            return self._continued(frame)
        return None

    def _pause(self, seconds: float) -> bool:
        """Wait; return early, and True, when closed or cancelled."""
        end_s = self._clock() + seconds
        while not self._closed and (left_s := end_s - self._clock()) > 0:
            if self._wait(min(left_s, _SLICE_S)):
                return True
        return self._closed


class _Attempt:
    """Opens a source and waits for its first frame, on a thread of its own: both may take seconds, or hang.

    Args:
        open_again: opens it.
        lost: what it should be again.
        clock: seconds, monotonic.
    """

    def __init__(self, open_again: Callable[[], Source], lost: Source, clock: Callable[[], float]) -> None:
        self._open_again = open_again
        self._clock = clock
        self._wanted = (lost.name, lost.identity)
        self._source: Source | None = None
        self._found: Future[tuple[Source, Frame, float]] = Future()
        threading.Thread(target=self._run, name="mien-reconnect", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether it has succeeded or failed."""
        return self._found.done()

    def result(self) -> tuple[Source, Frame, float]:
        """The open source, its first frame, and the clock's time when that came.

        Raises:
            SourceError: it is not there.
        """
        return self._found.result()

    def give_up(self) -> None:
        """Close what it has opened, or is about to open."""
        self._found.cancel()
        if self._source is not None:
            self._source.close()

    def _run(self) -> None:
        try:
            self._source = self._open_again()
            if (self._source.name, self._source.identity) != self._wanted:
                raise SourceError(f"{self._source.name} is in the place of {self._wanted[0]}")
            frame = None if self._found.cancelled() else self._source.read()
            if frame is None:
                raise SourceError(f"{self._source.name} sends no frames")
            self._found.set_result((self._source, frame, self._clock()))
        except Exception as error:  # whatever it is, the reading thread raises it
            if self._source is not None:
                self._source.close()
            with contextlib.suppress(InvalidStateError):
                self._found.set_exception(error)


def _same(one: Image, other: Image) -> bool:
    """Whether two images are equal to the last bit. One pixel in 256 tells most that differ."""
    return np.array_equal(one[::16, ::16], other[::16, ::16]) and np.array_equal(one, other)
