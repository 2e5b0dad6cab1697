import hashlib
import os
from pathlib import Path

import pytest

from app.analysis.found import find, session_name


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_a_folder_gives_each_video_in_it_and_each_folder_of_images(tmp_path: Path) -> None:
    videos = [tmp_path / "b.MP4", tmp_path / "one" / "a.mkv", tmp_path / "one" / "deep" / "a.mkv"]
    touch(*videos, tmp_path / "faces" / "1.png", tmp_path / "faces" / "2.jpg", tmp_path / "faces" / "3.gif")
    touch(tmp_path / "notes.txt", tmp_path / ".hidden" / "c.mp4", tmp_path / "one" / ".d.mp4", tmp_path / "m" / "x.gif")
    found = find([str(tmp_path)], tmp_path / "out")
    assert sorted(found.paths) == sorted([*videos, tmp_path / "faces", tmp_path / "m" / "x.gif"])
    assert (found.complaints, found.remarks) == ([], [])


def test_images_beside_videos_are_left_out_with_a_word(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "poster.jpg")
    found = find([str(tmp_path)], tmp_path / "out")
    assert found.paths == [tmp_path / "a.mp4"]
    assert found.remarks == [f"{tmp_path}: 1 images beside videos left out; name them to read them"]


def test_what_mien_wrote_is_no_source(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "out" / "a.mp4-0" / "video.mkv")
    touch(*(tmp_path / "recorded" / name for name in ("readings.csv", "session.json", "video.mkv")))
    assert find([str(tmp_path)], tmp_path / "out").paths == [tmp_path / "a.mp4"]


def test_patterns_are_looked_up_and_nothing_is_taken_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "one" / "b.mp4", tmp_path / "one" / "c.txt")
    monkeypatch.chdir(tmp_path)
    assert find(["**/*.mp4"], tmp_path / "out").paths == [tmp_path / "a.mp4", tmp_path / "one" / "b.mp4"]
    assert find(["on*", "one/b.mp4", "a.mp4"], tmp_path / "out").paths == [
        tmp_path / "one" / "b.mp4",
        tmp_path / "a.mp4",
    ]


def test_a_pattern_goes_round_in_no_circles_of_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "one" / "two" / "b.mp4", tmp_path / ".hidden" / "c.mp4")
    for name in ("self", "again", "one/up"):
        (tmp_path / name).symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    both = [tmp_path / "a.mp4", tmp_path / "one" / "two" / "b.mp4"]
    for pattern in ("**/*.mp4", "./**/*.mp4", f"{tmp_path}/**/*.mp4", "**/**/*.mp4"):
        assert find([pattern], tmp_path / "out").paths == both
    assert find(["**/two/*.mp4"], tmp_path / "out").paths == both[1:]
    assert find(["one/two/**"], tmp_path / "out").paths == both[1:]
    # a link that is named is followed
    assert find(["self/a.mp4"], tmp_path / "out").paths == [tmp_path / "self" / "a.mp4"]


def test_links_to_folders_are_left_out_with_a_word(tmp_path: Path) -> None:
    touch(tmp_path / "top" / "a.mp4", tmp_path / "day 1" / "b.mp4")
    (tmp_path / "top" / "day 1").symlink_to(tmp_path / "day 1")
    found = find([str(tmp_path / "top")], tmp_path / "out")
    assert found.paths == [tmp_path / "top" / "a.mp4"]
    assert found.remarks == [f"{tmp_path / 'top'}: 1 links to folders left out; name them to read what is there"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_in_a_folder_is_a_line_and_never_waited_for(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    os.mkfifo(tmp_path / "control")
    found = find([str(tmp_path)], tmp_path / "out")
    assert found.paths == [tmp_path / "a.mp4"]
    assert found.complaints == [f"{tmp_path / 'pipe.mp4'}: neither a file nor a folder"]


@pytest.mark.parametrize("out", ["results", "."])
def test_the_same_command_again_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "b.mp4")
    monkeypatch.chdir(tmp_path)
    results = Path(os.path.abspath(out))  # noqa: PTH100
    results.mkdir(exist_ok=True)
    for pattern in ("*", "."):
        before = find([pattern], results)
        assert before.paths == [tmp_path / "a.mp4", tmp_path / "b.mp4"]
        session = results / session_name(before.paths[0])
        touch(session / "readings.csv", session / "session.json", session / "video.mkv", results / "summary.csv")
        assert find([pattern], results) == before
    # what there is beside results is read
    touch(results / "c.mp4")
    assert results / "c.mp4" in find(["a.mp4", out], results).paths


def test_a_file_that_is_called_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    touch(tmp_path / "clip[1].mp4", tmp_path / "clip1.mp4")
    assert find([str(tmp_path / "clip[1].mp4")], tmp_path / "out").paths == [tmp_path / "clip[1].mp4"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.mp4", "nowhere.mp4: no such file or folder"),
        ("*.webm", "*.webm: no file matches this pattern"),
        ("http://host/a.mp4", "http://host/a.mp4: analyze reads files"),
        ("", "SOURCE is empty"),
        (os.devnull, f"{os.devnull}: neither a file nor a folder"),
        ("empty", "no videos or images in this folder"),
        ("dangling.mp4", "dangling.mp4: a broken link"),
        ("beyond.mp4", "beyond.mp4: cannot be read: File name too long"),
        ("long" * 75, "long: cannot be read: File name too long"),
        ("recorded", "recorded: a recorded session, which is read already; 'mien report' makes a page of it"),
    ],
)
def test_what_is_none_is_one_line_and_costs_the_others_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    touch(tmp_path / "a.avi")
    (tmp_path / "empty").mkdir()
    (tmp_path / "dangling.mp4").symlink_to(tmp_path / "gone.mp4")
    # as any place that may not be reached; root may reach all others
    (tmp_path / "beyond.mp4").symlink_to("long" * 75)
    touch(tmp_path / "recorded" / "readings.csv", tmp_path / "recorded" / "session.json")
    monkeypatch.chdir(tmp_path)
    found = find([source, "a.avi"], tmp_path / "out")
    assert found.paths == [tmp_path / "a.avi"]
    assert len(found.complaints) == 1
    assert said in found.complaints[0]


def test_a_link_is_known_by_its_own_name(tmp_path: Path) -> None:
    touch(tmp_path / "store" / "0a1b2c")
    (tmp_path / "subject 1.mp4").symlink_to(tmp_path / "store" / "0a1b2c")
    assert find([str(tmp_path / "subject 1.mp4")], tmp_path / "out").paths == [tmp_path / "subject 1.mp4"]


def test_sessions_of_files_with_one_name_are_told_apart_and_keep_their_names() -> None:
    first, second = Path("/data/a/clip.mp4"), Path("/data/b/clip.mp4")
    assert session_name(first) != session_name(second)
    assert session_name(first) == f"clip.mp4-{hashlib.sha256(b'/data/a/clip.mp4').hexdigest()[:12]}"


@pytest.mark.parametrize(
    "name",
    ["clip.mp4", "..", ".hidden", "-rf", "=1+1", "a\\b:c*?", "Gesicht — 表情.avi", "\udcff\n.mp4", "表" * 80, "   "],
)
def test_no_name_of_a_file_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = session_name(Path("/data", name))
    assert Path(folder).name == folder
    assert folder[0] not in ".-=+@ "
    assert not set(folder) & set('/\\:*?"<>|\n')
    (tmp_path / f"{folder}.01234567.partial").mkdir()
    assert [path.parent for path in tmp_path.iterdir()] == [tmp_path]
