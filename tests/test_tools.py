"""The tools tell what they were given wrongly, in one line."""

import importlib
from pathlib import Path

import pytest

FILES = ["--data", "none.csv", "--ferplus", "none.csv"]


@pytest.mark.parametrize("name", ["docs_attention", "end_to_end", "peer_scores", "peers", "soak", "thresholds"])
def test_a_wrong_option_is_one_line_that_names_the_tool(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"tools.{name}").main(["--no-such-option"])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{name}: ")
    assert line.endswith(f"see 'python -m tools.{name} --help'")


@pytest.mark.parametrize("name", ["end_to_end", "thresholds"])
def test_no_face_at_all_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"tools.{name}").main([*FILES, "--faces", "0"])
    assert ended.value.code == 2
    assert "--faces 0" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["end_to_end", "thresholds"])
def test_data_that_is_not_there_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert importlib.import_module(f"tools.{name}").main(FILES) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{name}: none.csv")
