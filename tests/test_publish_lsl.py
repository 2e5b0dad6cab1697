"""The Lab Streaming Layer: real inlets on loopback."""

import math
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.session.publish.lsl import CHANNELS, LslPublisher
from app.types import MienError
from tests.engine_fakes import wait
from tests.publish_results import PROBABILITIES, result

try:
    import pylsl
except (ImportError, RuntimeError) as error:
    pytest.skip(f"pylsl or liblsl is missing: {error}", allow_module_level=True)

_LOCAL = "[lab]\nKnownPeers = {127.0.0.1}\n[multicast]\nResolveScope = machine\n[log]\nlevel = -2\n"


@pytest.fixture(scope="module", autouse=True)
def _this_machine_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """LSL looks for streams on loopback, where there may be no multicast; liblsl reads this at its first call."""
    file = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    file.write_text(_LOCAL, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(file))
        yield


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[LslPublisher]:
    monkeypatch.setattr(socket, "gethostname", lambda: f"test{os.getpid()}")
    publisher = LslPublisher()
    yield publisher
    publisher.close()


def _inlet(part: str, *, recover: bool = False) -> Any:
    found = pylsl.resolve_byprop("source_id", f"mien-test{os.getpid()}-{part}", 1, 5)
    assert len(found) == 1, part
    inlet = pylsl.StreamInlet(found[0], recover=recover)
    inlet.open_stream(5)
    return inlet


def test_each_slot_is_a_stream_whose_channels_are_named_with_units(publisher: LslPublisher) -> None:
    for number in range(1, 5):
        info = _inlet(str(number)).info(5)
        assert (info.name(), info.type(), info.channel_count()) == (f"Mien face {number}", "Expression", 11)
        assert info.nominal_srate() == pylsl.IRREGULAR_RATE
        channel = info.desc().child("channels").child("channel")
        described = {}
        for _ in range(11):
            described[channel.child_value("label")] = channel.child_value("unit")
            channel = channel.next_sibling()
        assert described == CHANNELS


def test_receivers_get_what_was_read_with_the_moment_of_capture(publisher: LslPublisher) -> None:
    first, second, markers = _inlet("1"), _inlet("2"), _inlet("markers")
    start = pylsl.local_clock()
    publisher.publish(result(0, 0.0, 5))
    publisher.publish(result(1, 0.033, 9, 5, quality="dark"))
    publisher.marker(0.01, "stimulus ä")
    publisher.marker(0.02, "")
    end = pylsl.local_clock()
    (alone, alone_s), (both, both_s) = first.pull_sample(5), first.pull_sample(5)
    (empty, empty_s), (other, other_s) = second.pull_sample(5), second.pull_sample(5)
    assert alone[:8] == pytest.approx(PROBABILITIES.tolist())
    assert alone[8:] == pytest.approx([5, 0.4, 1])
    assert both[8:] == pytest.approx([5, 0.4, 0])
    assert other[8:] == pytest.approx([9, 0.4, 0])
    assert all(math.isnan(value) for value in empty)
    assert (alone_s, both_s) == (empty_s, other_s)
    # captured at least the 2 ms before it was published that the pipeline took
    assert start - 0.002 <= alone_s <= end - 0.002
    (note, note_s), (unnamed, unnamed_s) = markers.pull_sample(5), markers.pull_sample(5)
    assert (note, unnamed) == (["stimulus ä"], ["marker"])
    assert unnamed_s - note_s == pytest.approx(0.01)


def test_timestamps_are_the_captures_to_two_milliseconds(publisher: LslPublisher) -> None:
    inlet = _inlet("1")
    start = pylsl.local_clock()
    captured = []
    for index in range(20):
        t_s = pylsl.local_clock() - start
        captured.append(start + t_s)
        time.sleep(0.002)  # what the result says that it took
        publisher.publish(result(index, t_s + 1e-9, 1))
        time.sleep(0.005)
    found = [inlet.pull_sample(5)[1] for _ in captured]
    assert statistics.median(abs(at - moment) for at, moment in zip(found, captured, strict=True)) < 0.002


def test_what_was_published_before_the_end_still_arrives(publisher: LslPublisher) -> None:
    inlets = [_inlet(str(number), recover=True) for number in range(1, 5)]  # one that gives up drops what it holds
    for index in range(60):
        publisher.publish(result(index, index / 30, 1, 2, 3, 4))
    publisher.close()
    for inlet in inlets:
        stamps_s = [inlet.pull_sample(2)[1] for _ in range(60)]
        assert None not in stamps_s
        assert stamps_s == sorted(set(stamps_s))


def test_a_receiver_that_never_pulls_does_not_slow_publishing(publisher: LslPublisher) -> None:
    _idle = [_inlet(str(number)) for number in range(1, 5)]
    took_s = []
    for index in range(2000):
        before = time.perf_counter()
        publisher.publish(result(index, index / 30, 1, 2, 3, 4))
        took_s.append(time.perf_counter() - before)
    assert statistics.median(took_s) < 0.0002


def test_after_the_end_no_stream_thread_or_descriptor_is_left_and_calls_do_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: f"test{os.getpid()}")
    own = Path("/proc/self")
    if not own.is_dir():
        pytest.skip("no /proc here to count threads in")

    def held() -> tuple[int, int]:
        return len(list((own / "task").iterdir())), len(list((own / "fd").iterdir()))

    LslPublisher().close()
    time.sleep(0.2)  # a thread that has been joined is listed a moment longer
    before = held()
    publisher = LslPublisher()
    assert held() > before
    publisher.close()
    publisher.close()
    publisher.publish(result(0, 0.0, 1))
    publisher.marker(0.0, "late")
    wait(lambda: held() == before)


def test_the_terminal_stays_the_user_s(tmp_path: Path, repository: Path) -> None:
    code = "from app.session.publish import make_publishers; [p.close() for p in make_publishers(True, None)]"
    environment = {name: value for name, value in os.environ.items() if name != "LSLAPICFG"} | {"HOME": str(tmp_path)}
    environment["PYTHONPATH"] = str(repository)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_liblsl_it_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library = tmp_path / "liblsl.so"
    library.write_bytes(b"not a library")
    monkeypatch.setenv("PYLSL_LIB", str(library))
    for name in [name for name in sys.modules if name.partition(".")[0] == "pylsl"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MienError) as caught:
        LslPublisher()
    assert str(caught.value).startswith("--lsl: liblsl cannot be loaded (liblsl library ")
    assert "\n" not in str(caught.value)
