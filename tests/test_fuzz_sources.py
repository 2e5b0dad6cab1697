"""Whatever is named as SOURCE: opened, or told in one line that holds no password."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.addresses import without_secrets
from app.analysis.found import find
from app.arguments import Parser
from app.capture.devices import Camera
from app.capture.sources import open_source
from app.capture.stream import SCHEMES
from app.types import MienError, SourceError

fuzzed = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
# a word that nothing else in a message contains
_SECRET = "hunter2"
_MARKS = st.text(st.sampled_from("ab1.:/?#@&=%[]\\ \n\r\x00\u2028é\ud800-"), max_size=12)
_PASSWORDS = st.tuples(_MARKS, _MARKS).map(lambda around: f"{around[0]}{_SECRET}{around[1]}")
_BEGINNINGS = [f"{scheme}{mark}" for scheme in (*SCHEMES, "HTTP") for mark in ("://", ":/", ":", ":///")]
_URLS = st.builds(
    "{}ann:{}@{}".format,
    st.sampled_from([*_BEGINNINGS, "ftp://", "file://", "x://"]),
    _PASSWORDS,
    st.sampled_from(["cam/1", "cam:554/1", "[::1]/clip.mp4", "[cam/1", "", "cam/@ann/1", "cam?user=b@c", "cam.mjpg#@"]),
)


class _NothingThere:
    """The network's edge: no answer, at once."""

    opened = False

    def __init__(self, *_where: object) -> None:
        """Open nothing."""

    def close(self) -> None:
        """Close nothing."""


@pytest.fixture(autouse=True)
def _nothing_connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.capture.stream.Handle", _NothingThere)
    monkeypatch.setattr("app.capture.video.Handle", _NothingThere)
    cameras = [Camera(3, "Logi C920", "", "")]
    monkeypatch.setattr("app.capture.sources.list_cameras", lambda: cameras)
    monkeypatch.setattr("app.capture.devices.list_cameras", lambda: cameras)


@fuzzed
@given(_URLS)
@example(f"http://ann:a/b@{_SECRET}@cam/1")
@example(f"http:/ann:{_SECRET}@cam/1")
def test_no_url_is_told_with_its_password(url: str) -> None:
    assert _SECRET not in without_secrets(url)
    assert len(without_secrets(url).splitlines()) == 1
    told = _refused(url)
    assert _SECRET not in told


@pytest.mark.parametrize("slip", ["rtsp://", "rtsp//", "rtsp;//", ""])
def test_no_command_tells_an_address_with_its_password(tmp_path: Path, slip: str) -> None:
    address = f"{slip}ann:{_SECRET}@127.0.0.1:1/live"
    told = [_refused(address), *find([address], tmp_path).complaints]
    with pytest.raises(MienError) as refused:
        Parser(prog="mien").parse_args([address])
    for line in (*told, str(refused.value)):
        assert "***@127.0.0.1:1/live" in line
        assert _SECRET not in line


@fuzzed
@given(st.text(max_size=40) | _MARKS)
@example("9" * 5000)
@example("\x00")
@example("/dev/\nvideo0")
@example("http://" + "/" * 3000 + ":" * 3000)
def test_any_source_is_opened_or_told(spec: str) -> None:
    # what is opened here is the demo, or what lies beside the test
    if spec.strip().lower() in ("demo", ".", "..", "/") or spec.strip() in ("3", "03"):
        return
    _refused(spec)


def _refused(spec: str) -> str:
    """The one line that says why this source cannot be opened."""
    with pytest.raises(SourceError) as refused:
        open_source(spec)
    told = str(refused.value)
    assert len(told.splitlines()) == 1
    return told
