"""Faces of every size: the detector on the whole frame, and where that is too coarse, closer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final

import numpy as np

from app.types import Box, Face, Floats, Image
from app.vision.geometry import iou, shared_area
from app.vision.mosaic import PARTS, Window, compose, is_cut, split
from app.vision.workers import Workers

# The detector looks at 128x128 pixels: in a whole 720p frame it misses most of the faces up to 240 px. In squares of
# the frame's height it finds about 9 of 10 from 200 px on, in squares of half of that from 96 px on (120 faces a size).
_TILES_PER_SHORT_SIDE: Final = (1, 2)
_MIN_TILE_PX: Final = 240
_OVERLAP: Final = 0.35
_WORTH_A_TILE: Final = 1.3
# A known face is looked for in a square of so many times its side.
_WINDOW_PER_BOX: Final = 3.0
# From five on they are looked for four at a time, each in a square of 1.6 times its side: as large for the detector as
# alone, with 0.3 of the face's side to move; those that it misses so, 7 of 100, are looked for closer as well. In 40
# moving scenes of ten FER-2013 faces, 86 to 120 px, 92.3 % are read and 86.7 % of these rightly, with a look for each
# 92.0 and 87.2 %, which is the same to within these 400 faces' chance.
_ALONE: Final = 4
_CLOSE_PER_BOX: Final = 1.6
# Who is known and not found is looked for once more, alone, in a square of so many times its side, and must be a face
# so surely: no more of what is none is taken for one then than without that look.
_CLOSER_PER_BOX: Final = 2.2
_SURE: Final = 0.7
# Two boxes of one face, from two looks at it.
_SAME_IOU: Final = 0.3
# A nose and a mouth alone can look like a face, close by. A box that lies so far in a larger one is a part of it.
_PART: Final = 0.6
# A face that was there for so long and is lost is looked for where it was, for so long.
_STEADY_S: Final = 0.3
_LOOKED_FOR_S: Final = 0.5
# Where a round of the tiles has shown nobody new and nobody was lost, tiles are this far apart: at 30 frames/s, one in
# every second frame. At 20 frames/s and fewer there is one in each.
_CALM_S: Final = 0.045

Detect = Callable[[Image], tuple[Face, ...]]
# One window of the frame, or several in one picture.
Look = Sequence[Window]
# What a look shows: a face in pixels of a window.
Shown = tuple[Window, Face]


@dataclass(frozen=True, slots=True)
class _Known:
    """A face that counts, or did until lately.

    Attributes:
        box: where it was seen last, in pixels of the frame.
        since_s: the time of the first frame in which it counted.
        seen_s: and of the last.
        near: whether the whole frame showed it.
    """

    box: Box
    since_s: float
    seen_s: float
    near: bool


class FaceSearch:
    """Finds the faces of a frame, and remembers them until the next.

    In every frame the detector looks at the whole, around each small face of the frame before, many of them at once,
    and at one more tile: a new small face is found within a round of the tiles (18, or 0.6 s, at 720p and 30 frames/s),
    and counts from the next frame on. Once a round has shown nobody new, and as long as the same faces are there, tiles
    are 45 ms apart or more. A face that is not found again is looked for where it was: closer in the same frame, and,
    if it was there for some time, for half a second. A still is looked at whole and in all its tiles.

    Attributes:
        calm: whether tiles may be left out while the same faces are there; may be changed at any time.

    Args:
        detect: the detector: faces of an image, uint8 (H, W, 3) BGR, boxes in its pixels.
        workers: who look at once; default: one look after the other.
        calm: as above.
    """

    def __init__(self, detect: Detect, workers: Workers | None = None, *, calm: bool = True) -> None:
        self.calm = calm
        self._detect, self._workers = detect, workers or Workers()
        self._known: list[_Known] = []
        self._lost: list[_Known] = []
        # what may be further faces
        self._new: list[Box] = []
        self._turn = 0
        self._turned_s = 0.0
        self._uneventful = 0
        self._seen: list[Box] = []
        self._counted: list[Face] = []
        self._see_new: Callable[[], list[Face]] | None = None

    @property
    def suspected(self) -> tuple[Box, ...]:
        """Of the newest image, what the detector saw and what does not count as a face.

        It was seen for the first time, or cut by the edge of a look. Whoever hides faces hides these, too. The look at
        the tile, in which no face counts yet, is waited for here, or by the next ``find``.
        """
        self._take_in_new()
        return tuple(box for box in self._seen if not _is_among(box, [face.box for face in self._counted]))

    def find(self, image: Image, t_s: float, *, still: bool = False) -> tuple[Face, ...]:
        """Return the faces of ``image``, uint8 (H, W, 3) BGR, the largest first; boxes in its pixels.

        The image must stay as it is until ``suspected`` is asked for. ``t_s`` is its time, in seconds.
        """
        self._take_in_new()
        self._seen = []
        self._counted = self._find_in_still(image) if still else self._find_again(image, t_s)
        return tuple(sorted(self._counted, key=lambda face: -face.box.width * face.box.height))

    def _find_in_still(self, image: Image) -> list[Face]:
        height, width = image.shape[:2]
        whole, *others = self._look(image, [[window] for window in (_whole(image), *tile_windows(width, height))])
        return merge([*(face for _, face in whole), *self._taken_in(others, width, height)])

    def _find_again(self, image: Image, t_s: float) -> list[Face]:
        """Find the faces of the frame after the last one, and remember them until the next."""
        height, width = image.shape[:2]
        near = [known.box for known in self._known if known.near]
        small = [*(known.box for known in self._known if not known.near), *self._new]
        looked_for = [*small, *(lost.box for lost in self._lost)]
        around = _looks_around(looked_for, width, height)
        if not around:
            self._begin_new(image, t_s)
        whole, *others = self._look(image, [[_whole(image)], *around])
        if around:
            # once nobody has to wait for the looks that count
            self._begin_new(image, t_s)
        found = [face for _, face in whole]
        shown = [face.box for face in found]
        found += self._taken_in(others, width, height)
        if len(looked_for) > _ALONE:
            # they have not been looked at alone
            found += self._missed(image, small, found)
            small = []
        found += [face for face in self._missed(image, [*near, *small], found) if face.detection >= _SURE]
        counted = merge(found)
        self._remember([face.box for face in counted], shown, t_s)
        return counted

    def _begin_new(self, image: Image, t_s: float) -> None:
        """Look at the next tile, if it is its time, while the caller goes on."""
        height, width = image.shape[:2]
        tiles = tile_windows(width, height)
        calm = self.calm and self._known and self._uneventful >= len(tiles)
        if not tiles or (calm and 0 <= t_s - self._turned_s < _CALM_S):
            return
        shown = self._workers.begin(partial(self._detect_in, image), [tiles[self._turn % len(tiles)]])
        self._see_new = lambda: self._taken_in([shown()], width, height)
        self._turn += 1
        self._turned_s = t_s
        self._uneventful += 1

    def _take_in_new(self) -> None:
        """Remember what the tile shows for the first time: it counts once it is seen again."""
        see_new, self._see_new = self._see_new, None
        if see_new is not None:
            faces = self._counted
            self._new = [face.box for face in merge([*faces, *see_new()]) if face not in faces]

    def _remember(self, boxes: Sequence[Box], shown: Sequence[Box], t_s: float) -> None:
        """Remember the faces that count, at ``boxes``, and those that did until lately; the whole showed ``shown``."""
        before = [*self._known, *self._lost]
        gone = [known for known in before if not _is_among(known.box, boxes)]
        now: list[_Known] = []
        for box in boxes:
            since_s = next((known.since_s for known in before if iou(known.box, box) >= _SAME_IOU), t_s)
            now.append(_Known(box, since_s, t_s, any(iou(box, other) >= _SAME_IOU for other in shown)))
        if any(known in gone for known in self._known) or any(known.since_s == t_s for known in now):
            self._uneventful = 0
        self._known, self._new = now, []
        self._lost = [
            known
            for known in gone
            if known.seen_s - known.since_s >= _STEADY_S and 0 <= t_s - known.seen_s < _LOOKED_FOR_S
        ]

    def _missed(self, image: Image, boxes: Iterable[Box], found: Sequence[Face]) -> list[Face]:
        """Look closer, and alone, at each of ``boxes`` that is not among the faces ``found``."""
        height, width = image.shape[:2]
        missed = [box for box in boxes if all(iou(box, face.box) < _SAME_IOU for face in found)]
        windows = [window_around(box, width, height, _CLOSER_PER_BOX) for box in missed]
        # the whole was looked at
        looks: list[Look] = [[window] for window in windows if window != _whole(image)]
        return self._taken_in(self._look(image, looks), width, height)

    def _look(self, image: Image, looks: Sequence[Look]) -> list[list[Shown]]:
        """Return for each look the faces it shows, as many looks at once as can be."""
        return self._workers.map(partial(self._detect_in, image), looks)

    def _detect_in(self, image: Image, look: Look) -> list[Shown]:
        """Return the faces that a look shows, with their windows, in pixels of these."""
        if len(look) > 1:
            return split(self._detect(compose(image, look)), look)
        x, y, width, height = look[0]
        return [(look[0], face) for face in self._detect(image[y : y + height, x : x + width])]

    def _taken_in(self, seen: Iterable[Iterable[Shown]], width: int, height: int) -> list[Face]:
        """Return what windows show in pixels of the frame, without what they cut: it is found whole in the next."""
        taken: list[Face] = []
        for window, face in chain.from_iterable(seen):
            moved = _moved(face, window[0], window[1])
            self._seen.append(moved.box)
            if not is_cut(face.box, window, width, height):
                taken.append(moved)
        return taken


def _looks_around(known: Sequence[Box], width: int, height: int) -> list[Look]:
    """Return the looks at boxes of known faces: each alone, or four at once, and one that is left over alone."""
    if len(known) <= _ALONE:
        return [[window_around(box, width, height)] for box in known]
    close = [window_around(box, width, height, _CLOSE_PER_BOX) for box in known]
    looks: list[Look] = [close[at : at + PARTS] for at in range(0, len(close) - 1, PARTS)]
    if len(close) % PARTS == 1:
        looks.append([window_around(known[-1], width, height)])
    return looks


def _whole(image: Image) -> Window:
    height, width = image.shape[:2]
    return 0, 0, width, height


def tile_windows(width: int, height: int) -> list[Window]:
    """Return overlapping squares (x, y, width, height) that cover a frame, the larger first.

    There are none of a size that is hardly smaller than the whole.
    """
    tiles: list[Window] = []
    for divisor in _TILES_PER_SHORT_SIDE:
        side = max(min(width, height) // divisor, _MIN_TILE_PX)
        if max(width, height) >= _WORTH_A_TILE * side:
            across, down = min(side, width), min(side, height)
            tiles += [(x, y, across, down) for y in _starts(height, down) for x in _starts(width, across)]
    return tiles


def window_around(box: Box, width: int, height: int, per_box: float = _WINDOW_PER_BOX) -> Window:
    """Return a square (x, y, width, height) around ``box``, ``per_box`` times its side, moved into the frame."""
    side = max(round(per_box * max(box.width, box.height)), 1)
    across, down = min(side, width), min(side, height)
    x = round(box.x + box.width / 2 - across / 2)
    y = round(box.y + box.height / 2 - down / 2)
    return min(max(x, 0), width - across), min(max(y, 0), height - down), across, down


def merge(faces: list[Face]) -> list[Face]:
    """Keep one detection a face, the best-scored (non-maximum suppression), and none of a part of a better one."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda f: -f.detection):
        if all(iou(face.box, other.box) < _SAME_IOU and not _is_part(face.box, other.box) for other in kept):
            kept.append(face)
    return kept


def _is_among(box: Box, faces: Iterable[Box]) -> bool:
    """Return whether ``box`` is one of ``faces`` or a part of one."""
    return any(iou(box, face) >= _SAME_IOU or _is_part(box, face) for face in faces)


def _is_part(box: Box, of: Box) -> bool:
    return box.width < of.width and shared_area(box, of) > _PART * box.width * box.height


def _starts(length: int, side: int) -> list[int]:
    count = 1 + max(0, -(-(length - side) // max(round(side * (1 - _OVERLAP)), 1)))
    return [round(i * (length - side) / (count - 1)) for i in range(count)] if count > 1 else [0]


def _moved(face: Face, x: int, y: int) -> Face:
    box = face.box
    offset: Floats = np.array([x, y], np.float32)
    return Face(Box(box.x + x, box.y + y, box.width, box.height), face.detection, face.keypoints + offset)
