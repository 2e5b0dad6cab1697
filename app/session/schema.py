"""What the files of a session hold: the contract between their writer and their readers."""

from typing import Final

from app.types import EMOTIONS

# 2: counters from the first row on, kept up to date; dropped frames by ``busy`` and ``disk``; the video.
# 1: counters at the end alone, null before; dropped frames by ``busy``.
SCHEMA_VERSION: Final = 2
READINGS: Final = "readings.csv"
EVENTS: Final = "events.csv"
SESSION: Final = "session.json"
VIDEO: Final = "video.mkv"
REPORT: Final = "report.html"
# No session is longer than a year: what is, is no time since its start, Unix time say. The report's axis, the review's
# timeline and a calendar after ``started_utc`` have room for it.
MOST_S: Final = 366 * 86_400.0

# Column → meaning and unit. The order is the file's; session.json carries the text, so that data explain themselves.
COLUMNS: Final[dict[str, str]] = {
    "frame": "captured frames since the session's start, dropped ones included, from 0",
    "t_s": "seconds since the session's start at the moment of capture (media time for files), monotonic",
    "utc": "ISO 8601, UTC: the session's start by the clock, plus t_s",
    "track": "the face's number, the same for as long as it is followed; empty where the frame has no face",
    "x": "left edge of the bounding box, pixels of the captured frame",
    "y": "top edge of the bounding box, pixels",
    "width": "width of the bounding box, pixels",
    "height": "height of the bounding box, pixels",
    "detection": "the detector's score, 0 to 1",
    "emotion": "the most probable emotion, or uncertain",
    "confidence": "its smoothed probability, 0 to 1",
    **{
        name: f"probability of {name}, corrected where the track is calibrated, and smoothed; the eight sum to 1"
        for name in EMOTIONS
    },
    **{
        f"raw_{name}": f"probability of {name} in this frame alone, never corrected; the eight sum to 1"
        for name in EMOTIONS
    },
    **{
        f"theta_{row}{column}": "attended region: affine map from its own [-1, 1] to the crop's [-1, 1], "
        f"row {row}, column {column}"
        for row in (1, 2)
        for column in (1, 2, 3)
    },
    "quality": "ok, or why the face is not to be trusted, joined by ;: small dark bright blurred turned",
}
EVENT_COLUMNS: Final = ("t_s", "utc", "event", "note")
# Event → meaning and what its note holds, for session.json too.
EVENT_MEANINGS: Final[dict[str, str]] = {
    "start": "the first row; the source",
    "stop": "the end; why, unless the user ended it",
    "dropped": "frames without a row, by cause. busy: captured and not read, over the whole session. disk: read from "
    "this moment on, and not written, as the disk was too slow. video: written, but not in the video, over the whole "
    "session",
    "marker": "the user marked this moment; as what",
    "settings": "what decides a reading was set anew; what holds from this moment on",
    "calibrated": "the track's probabilities are corrected by its own neutral face from this moment on; its mean log "
    "probability of each emotion less that of the average neutral face, nats",
    "calibration_undone": "the track's probabilities are not corrected any more",
    "calibration_failed": "the track's neutral face could not be measured; why",
    "provider_failed": "what the network was to run on could not be started, or failed; the processor reads from this "
    "frame on; why",
    "not_read": "a part of the source is not read: a video ends before its header does, an image is skipped; which, "
    "why",
    "camera_lost": "no more frames; why. The camera is looked for",
    "camera_back": "frames again; after how long",
}

# A spreadsheet runs a cell that begins so as a formula (CWE-1236; OWASP, "CSV Injection"), the wide ones in East Asian
# editions. Such a text has an apostrophe before it in the files.
FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
