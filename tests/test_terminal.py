"""The reading in the terminal tells of a camera that is lost and comes back, and goes on."""

import io

from app.capture.source import Source
from app.settings import Settings
from app.terminal import run
from app.types import SourceError
from tests.engine_fakes import FakePipeline, FakeSource, engine_of


def test_a_camera_that_is_lost_and_comes_back_is_told_and_is_no_failure() -> None:
    opened: list[str] = []

    def open_fake(spec: str, _settings: Settings) -> Source:
        opened.append(spec)
        return FakeSource(
            5 if len(opened) == 1 else 1000,
            live=True,
            period_s=1 / 30,
            then=SourceError("cam: lost"),
            kind="camera",
        )

    engine = engine_of(open_fake, FakePipeline())
    out, err = io.StringIO(), io.StringIO()
    engine.start("0", seconds=2.0)
    assert run(engine, out, err) == 0
    said = err.getvalue().splitlines()
    assert said[1:] == ["mien: cam: lost; looking for it", "fake is back"]
    assert "frames read" in out.getvalue()
