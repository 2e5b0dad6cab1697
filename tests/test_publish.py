"""Streaming out: whom it is asked of, what time it is, which face has which slot."""

import socket
import sys

import pytest

from app.session.publish import make_publishers, websocket_address
from app.session.publish.clock import SourceClock
from app.session.publish.outbox import MessageQueue
from app.session.publish.slots import TrackSlots
from app.types import MienError


class _Now:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def test_nothing_is_published_unless_asked_for() -> None:
    assert make_publishers(lsl=False, websocket=None) == []


def test_the_shortest_wait_seen_dates_every_frame() -> None:
    now = _Now()
    clock = SourceClock(now)
    captured = [1000 + n / 30 for n in range(90)]
    found = []
    for n, moment in enumerate(captured):
        now.s = moment + 0.012 + (0.0003 if n % 10 == 0 else 0.009)  # 12 ms are the pipeline's, the rest is waiting
        found.append(clock.frame(n / 30, 0.012))
    errors = [at - moment for at, moment in zip(found, captured, strict=True)]
    assert max(errors) < 0.0007
    assert min(errors) > 0
    assert found == sorted(found)


def test_clocks_that_drift_apart_are_followed() -> None:
    now = _Now()
    clock = SourceClock(now)
    for n in range(30 * 600):
        now.s = 1000 + n / 30 * (1 + 50e-6)
        found = clock.frame(n / 30, 0.0)
        assert found == pytest.approx(now.s, abs=1e-4)


def test_a_new_source_begins_anew() -> None:
    now = _Now()
    clock = SourceClock(now)
    clock.frame(50.0, 0.0)
    now.s = 1010.0
    assert clock.frame(0.0, 0.01) == pytest.approx(1009.99)
    now.s = 1020.0
    assert clock.frame(0.1, 0.0) == pytest.approx(1020.0), "its first frames were dropped"


def test_a_moment_before_the_newest_frame_is_on_the_same_clock_and_one_before_all_is_now() -> None:
    now = _Now()
    clock = SourceClock(now)
    assert clock.at(3.0) == 1000.0
    clock.frame(5.0, 0.0)
    now.s = 1001.0
    assert clock.at(4.5) == pytest.approx(999.5)


def test_a_file_read_faster_than_it_plays_has_times_that_never_lie_ahead_or_go_back() -> None:
    now = _Now()
    clock = SourceClock(now)
    found = []
    for n in range(100):
        now.s += 0.005
        found.append(clock.frame(n / 30, 0.004))
        assert found[-1] <= now.s
    assert found == sorted(found)


def test_a_track_takes_the_lowest_free_slot_and_keeps_it() -> None:
    slots = TrackSlots(3)
    assert slots.assign([1, 2], 0.0) == {1: 0, 2: 1}
    assert slots.assign([2, 3], 0.1) == {2: 1, 3: 2}, "track 1 may come back"
    assert slots.assign([1, 2, 3], 0.2) == {1: 0, 2: 1, 3: 2}
    slots.assign([2, 3], 0.8)
    assert slots.assign([2, 3], 1.4) == {2: 1, 3: 2}
    assert slots.assign([2, 3, 4], 1.5) == {2: 1, 3: 2, 4: 0}


def test_with_more_faces_than_slots_the_unseen_give_theirs_up_and_the_rest_have_none() -> None:
    slots = TrackSlots(2)
    slots.assign([1, 2], 0.0)
    assert slots.assign([2, 3, 4], 0.1) == {2: 1, 3: 0}


def test_slots_are_free_again_when_a_new_source_begins() -> None:
    slots = TrackSlots(2)
    slots.assign([7, 8], 60.0)
    assert slots.assign([1], 0.0) == {1: 0}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("8765", ("127.0.0.1", 8765)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("localhost:9000", ("localhost", 9000)),
        ("[::1]:9000", ("::1", 9000)),
    ],
)
def test_an_address_is_a_port_of_this_machine_or_a_host_and_a_port(text: str, address: tuple[str, int]) -> None:
    assert websocket_address(text) == address


@pytest.mark.parametrize("text", ["demo", "", "0", "65536", ":80", "host:", "-1", "8765 ", "²"])
def test_what_is_no_address_is_one_line_that_names_it(text: str) -> None:
    with pytest.raises(MienError) as caught:
        websocket_address(text)
    assert str(caught.value).startswith(f"--websocket {text}: neither a port nor HOST:PORT; give one")


def test_a_port_in_use_is_one_line_and_nothing_is_left_running() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            MienError, match=rf"^--websocket 127\.0\.0\.1:{port}: the port is in use; give another port$"
        ):
            make_publishers(lsl=False, websocket=("127.0.0.1", port))


def test_an_address_of_another_machine_is_one_line() -> None:
    with pytest.raises(MienError, match=r"^--websocket 192\.0\.2\.1:8765: cannot listen there \(.*give an address of"):
        make_publishers(lsl=False, websocket=("192.0.2.1", 8765))


def test_without_pylsl_it_says_what_to_install_and_the_websocket_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(MienError, match=r"^--lsl: pylsl is not installed; pip install 'mien\[lsl\]'$"):
        make_publishers(lsl=True, websocket=("127.0.0.1", 0))


def test_a_full_queue_drops_the_oldest_frame_and_keeps_markers() -> None:
    queue: MessageQueue[str] = MessageQueue(3)
    queue.put("marker 1", keep=True)
    for text in ("1", "2", "3"):
        queue.put(text, keep=False)
    assert [queue.take()[0] for _ in range(len(queue))] == ["marker 1", "2", "3"]
    for number in range(5):
        queue.put(f"marker {number}", keep=True)
    assert [queue.take()[0] for _ in range(len(queue))] == ["marker 2", "marker 3", "marker 4"]
