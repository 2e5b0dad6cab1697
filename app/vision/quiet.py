"""Keep native libraries' chatter off the terminal."""

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Final

_STDERR: Final = 2
# The descriptor belongs to the whole process: two threads at once would put each other's file back.
_LOCK: Final = threading.Lock()
_CHATTER: Final = (b"INFO: ", b"WARNING: Logging before InitGoogle", b"I0000 ", b"W0000 ")


@contextlib.contextmanager
def without_chatter() -> Iterator[None]:
    """Hold back what is written to file descriptor 2 meanwhile, and let all but informational lines through afterwards.

    MediaPipe's LiteRT greets with nine lines on stderr at every start, and has no setting against it.
    """
    with _LOCK:
        try:
            kept = os.dup(_STDERR)
        except OSError:  # started without a stderr: there is nothing to keep clean
            yield
            return
        with tempfile.TemporaryFile() as held:
            os.dup2(held.fileno(), _STDERR)
            try:
                yield
            finally:
                os.dup2(kept, _STDERR)
                os.close(kept)
                held.seek(0)
                for line in held:
                    if not line.startswith(_CHATTER):
                        os.write(_STDERR, line)
