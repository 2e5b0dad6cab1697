"""``demo``: a moving clip of two faces whose expressions change, made on the fly, without camera, file or network."""

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.capture.portrait import Expression, Portrait
from app.capture.source import SourceKind
from app.cv import cv2
from app.types import Frame, Image

WIDTH: Final = 1280
HEIGHT: Final = 720
FPS: Final = 30.0
ROUND_S: Final = 20.0

# Seconds of the round and the expression by then; in between one turns into the next. The last is the first again.
_CALM: Final = Expression()
_SMILE: Final = Expression(smile=1.0)
_SURPRISE: Final = Expression(brows_up=1.0, jaw_open=1.0)
_FROWN: Final = Expression(frown=1.0, brows_down=1.0)
_FIRST_PLAYS: Final = (
    (0.0, _CALM),
    (1.0, _CALM),
    (2.2, _SMILE),
    (5.0, _SMILE),
    (6.2, _CALM),
    (7.2, _CALM),
    (7.8, _SURPRISE),
    (10.2, _SURPRISE),
    (11.4, _CALM),
    (12.6, _CALM),
    (13.8, _FROWN),
    (17.0, _FROWN),
    (18.5, _CALM),
    (ROUND_S, _CALM),
)
_SECOND_PLAYS: Final = (
    (0.0, _FROWN),
    (8.5, _FROWN),
    (9.5, _SMILE),
    (12.5, _SMILE),
    (13.3, _SURPRISE),
    (15.0, _SURPRISE),
    (16.0, _FROWN),
    (ROUND_S, _FROWN),
)
# Seconds of the round: comes in, is there, goes, is gone.
SECOND_FACE_S: Final = (5.5, 8.0, 14.0, 16.5)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a portrait is in the frame.

    Attributes:
        x: the centre of the face, pixels of the frame.
        y: the same.
        scale: pixels of the frame a pixel of the portrait.
        tilt_deg: rotation in the image plane, clockwise.
    """

    x: float
    y: float
    scale: float
    tilt_deg: float


class DemoClip:
    """The clip as a function of time; after ``ROUND_S`` it repeats without a seam."""

    def __init__(self) -> None:
        """Prepare both portraits and the background.

        Raises:
            SourceError: matplotlib's sample portrait is missing.
        """
        self._first = Portrait()
        self._second = Portrait(mirrored=True, gains=(0.84, 0.92, 1.0))
        self._background = _background()

    def render(self, t_s: float) -> Image:
        """The frame at a time in seconds, uint8 (720, 1280, 3) BGR. The same time gives the same frame."""
        t_s %= ROUND_S
        image = self._backdrop(t_s)
        second = second_pose(t_s)
        if second is not None:
            _paint(
                image, self._second.with_expression(_expression(_SECOND_PLAYS, t_s)), self._second.face_centre, second
            )
        _paint(
            image, self._first.with_expression(_expression(_FIRST_PLAYS, t_s)), self._first.face_centre, first_pose(t_s)
        )
        return image

    def _backdrop(self, t_s: float) -> Image:
        """The part of the background in view: a window that goes round once a round."""
        room_y, room_x = self._background.shape[0] - HEIGHT, self._background.shape[1] - WIDTH
        left = round(room_x / 2 * (1 + _wave(t_s, 1)))
        top = round(room_y / 2 * (1 + _wave(t_s, 1, 0.25)))
        return self._background[top : top + HEIGHT, left : left + WIDTH].copy()


class DemoSource:
    """The clip as a camera delivers it: 30 frames/s, and none is repeated for a reader who comes late.

    Attributes:
        name: ``demo``.
        kind: ``demo``.
        identity: empty.
        live: True.
        stills: False.
        fps: 30.
        round_s: seconds until the clip repeats, or ends.
    """

    name = "demo"
    kind: SourceKind = "demo"
    identity = ""
    live = True
    stills = False
    fps: float | None = FPS
    round_s = ROUND_S

    def __init__(
        self,
        *,
        loop: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare the clip.

        Args:
            loop: start over after a round, instead of ending.
            clock: seconds, monotonic.
            sleep: waits that many seconds of the clock.

        Raises:
            SourceError: matplotlib's sample portrait is missing.
        """
        self._clip = DemoClip()
        self._loop = loop
        self._clock = clock
        self._sleep = sleep
        self._start_s: float | None = None
        self._index = -1
        self._closed = False

    def read(self) -> Frame | None:
        """Wait for the next frame; None when the round is over and does not loop, or once closed.

        ``index`` counts the 30 frames of each second, those included that passed while nobody was reading.
        """
        now_s = self._clock()
        if self._start_s is None:
            self._start_s = now_s
        passed_s = now_s - self._start_s
        index = max(self._index + 1, math.floor(passed_s * FPS + 1e-6))
        if self._closed or (not self._loop and index >= round(ROUND_S * FPS)):
            return None
        wait_s = index / FPS - passed_s
        if wait_s > 0:
            self._sleep(wait_s)
        self._index = index
        t_s = index / FPS
        return Frame(index, t_s, self._clip.render(t_s))

    def close(self) -> None:
        """End the clip."""
        self._closed = True


def first_pose(t_s: float) -> Pose:
    """Where the first face is: always in view, left of the middle while the second is there."""
    aside = _presence(t_s)
    return Pose(
        x=640 - 210 * aside + 55 * _wave(t_s, 3),
        y=335 + 12 * _wave(t_s, 4, 0.1),
        scale=1.42 + 0.10 * _wave(t_s, 2, 0.6) - 0.04 * aside,
        tilt_deg=9 * _wave(t_s, 2, 0.3) + 3 * _wave(t_s, 5),
    )


def second_pose(t_s: float) -> Pose | None:
    """Where the second face is, or None while it is out of view: it comes in from the right and leaves there."""
    presence = _presence(t_s)
    if presence == 0:
        return None
    return Pose(
        x=1540 - 520 * presence + 12 * _wave(t_s, 6),
        y=420 + 6 * _wave(t_s, 7),
        scale=0.98,
        tilt_deg=5 * _wave(t_s, 4, 0.5),
    )


def _presence(t_s: float) -> float:
    """How far the second face has come in, 0 to 1."""
    return float(_ease(np.interp(t_s, SECOND_FACE_S, (0.0, 1.0, 1.0, 0.0))))


def _wave(t_s: float, times: int, phase: float = 0.0) -> float:
    """A sine, -1 to 1, that fits a whole number of times into the round, so that the round closes."""
    return math.sin(2 * math.pi * (times * t_s / ROUND_S + phase))


def _ease(share: float) -> float:
    """Start and end slowly: 3 x^2 - 2 x^3 of a share from 0 to 1."""
    return share * share * (3 - 2 * share)


def _expression(plays: tuple[tuple[float, Expression], ...], t_s: float) -> Expression:
    """The expression at a time of the round."""
    for (start_s, before), (end_s, after) in itertools.pairwise(plays):
        if start_s <= t_s < end_s:
            share = _ease((t_s - start_s) / (end_s - start_s))
            return before.towards(after, share)
    return plays[-1][1]


def _background() -> Image:
    """A room out of focus, uint8 (840, 1440, 3): a wall in even light, with soft spots of window and lamp."""
    height, width = HEIGHT + 120, WIDTH + 160
    columns, rows = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    image = np.empty((height, width, 3), np.float32)
    image[:] = (150, 142, 128)
    image -= (45 * rows + 18 * columns)[:, :, None]
    for x, y, radius, color in (
        (0.16, 0.30, 0.17, (52, 44, 34)),
        (0.83, 0.22, 0.12, (6, 34, 58)),
        (0.62, 0.75, 0.25, (-26, -20, -14)),
        (0.34, 0.82, 0.20, (-8, -18, -24)),
    ):
        distance = ((columns - x) * width / height) ** 2 + (rows - y) ** 2
        image += np.exp(-distance / (2 * radius**2))[:, :, None] * np.array(color, np.float32)
    # A little noise, the same every time: without it, eight bits show such soft light as bands.
    image += np.random.default_rng(0).normal(0, 1.5, (height, width, 1)).astype(np.float32)
    return np.clip(image, 0, 255).astype(np.uint8)


def _paint(image: Image, person: Image, face_centre: tuple[float, float], pose: Pose) -> None:
    """Lay a person (H, W, 4), colours times alpha, over the image (720, 1280, 3), in place."""
    turn = cv2.getRotationMatrix2D(face_centre, -pose.tilt_deg, pose.scale)
    turn[:, 2] += np.array([pose.x - face_centre[0], pose.y - face_centre[1]])
    height, width = person.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]]) @ turn.T
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (WIDTH, HEIGHT)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, (WIDTH, HEIGHT)).astype(int)
    if left == right or top == bottom:
        return
    turn[:, 2] -= (left, top)
    size = (int(right - left), int(bottom - top))
    layer = cv2.warpAffine(person, turn, size, flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
    under = image[top:bottom, left:right]
    seen = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(layer, 3)), cv2.COLOR_GRAY2BGR)
    cv2.multiply(under, seen, under, 1 / 255)
    cv2.add(under, cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR), under)
