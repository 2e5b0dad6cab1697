"""What a run reads with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.capture.source import Source
from app.session.log import SessionInfo
from app.session.publish import Publisher
from app.settings import Settings
from app.vision.reader import FrameReader


@dataclass(frozen=True, slots=True)
class Rooms:
    """See ``Engine``."""

    open_source: Callable[[str, Settings], Source]
    make_pipeline: Callable[[Settings], FrameReader]
    describe: Callable[[Settings, str, str], SessionInfo]
    publishers: Sequence[Publisher]
    paced: bool
    clock: Callable[[], float]
