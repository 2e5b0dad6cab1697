"""What waits to be sent."""

from collections import deque
from typing import Final, Generic, TypeVar

QUEUED: Final = 64

_Message = TypeVar("_Message")


class MessageQueue(Generic[_Message]):
    """At most ``limit`` messages; one more drops the oldest frame, or the oldest marker where there is no frame."""

    def __init__(self, limit: int = QUEUED) -> None:
        self._limit = limit
        self._messages: deque[tuple[_Message, bool]] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._messages)

    def put(self, message: _Message, *, keep: bool) -> None:
        """Add a message; ``keep`` one that is not a frame."""
        if len(self._messages) >= self._limit:
            oldest = next((place for place, (_, kept) in enumerate(self._messages) if not kept), 0)
            del self._messages[oldest]
        self._messages.append((message, keep))

    def take(self) -> tuple[_Message, bool]:
        """Remove and return the oldest message and whether it is kept."""
        return self._messages.popleft()
