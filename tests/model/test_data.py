"""FER-2013 and FER+ are read as they are, or refused with the file and the row."""

from collections.abc import Callable

import numpy as np
import pytest

from model.cli import main
from model.data import DataError, load_fer2013, majority_labels, soft_targets
from model.labels import FER2013_LABELS, FERPLUS_LABELS

from .conftest import ROWS, face


@pytest.fixture
def damaged(made_up, tmp_path):
    """Return a copy of fer2013.csv with its lines changed by a function."""

    def damage(change):
        path = tmp_path / "damaged.csv"
        lines = made_up.data.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(change(lines)), encoding="utf-8")
        return path

    return damage


def replaced(row: int, text: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[: row - 1], text, *lines[row:]]


def pixels(count: int, value: str = "7") -> str:
    return " ".join([value] * count)


@pytest.mark.parametrize("split", list(ROWS))
def test_each_split_has_its_own_rows_labels_and_pixels(made_up, split):
    faces = load_fer2013(made_up.data, split, made_up.ferplus)
    assert len(faces) == ROWS[split]
    assert faces.labels.tolist() == [i % 7 for i in range(ROWS[split])]
    assert faces.pixels.shape == (ROWS[split], 48, 48)
    assert faces.pixels.dtype == np.uint8
    if split == "Training":
        np.testing.assert_array_equal(faces.pixels[0], face(0, np.random.default_rng(0)))


def test_the_votes_of_a_row_go_with_its_face_and_its_label(made_up):
    faces = load_fer2013(made_up.data, "PublicTest", made_up.ferplus)
    assert faces.votes is not None
    majority = [FERPLUS_LABELS[label] for label in majority_labels(faces.votes)]
    assert majority == [FER2013_LABELS[label] for label in faces.labels]


def test_without_ferplus_there_are_no_votes(made_up):
    assert load_fer2013(made_up.data, "PublicTest").votes is None


@pytest.mark.parametrize(
    ("row", "text", "says"),
    [
        (5, f"3,{pixels(2303)},Training", "2303 pixels, not 2304"),
        (5, f"3,{pixels(2305)},Training", "2305 pixels, not 2304"),
        (5, f"9,{pixels(2304)},Training", "emotion is '9', not 0 to 6"),
        (5, f"-1,{pixels(2304)},Training", "emotion is '-1'"),
        (5, f",{pixels(2304)},Training", "emotion is ''"),
        (5, f"3,{pixels(2304, '256')},Training", "a pixel is not between 0 and 255"),
        (5, f"3,{pixels(2304, 'x')},Training", "a pixel is not a whole number"),
        (5, f"3,{pixels(2304)},Test", "Usage is 'Test'"),
        (5, f"3,{pixels(900)}", "is the file truncated?"),
    ],
)
def test_a_broken_row_is_named(damaged, row, text, says):
    path = damaged(replaced(row, text))
    with pytest.raises(DataError) as error:
        load_fer2013(path, "Training")
    assert str(error.value).startswith(f"{path}:{row}: ")
    assert says in str(error.value)


def test_a_file_cut_off_in_the_middle_of_a_row_is_refused_with_the_row(made_up, tmp_path):
    whole = made_up.data.read_bytes()
    path = tmp_path / "cut.csv"
    path.write_bytes(whole[: len(whole) // 2])
    row = path.read_text(encoding="utf-8").count("\n") + 1
    with pytest.raises(DataError, match=rf"cut\.csv:{row}: .*truncated"):
        load_fer2013(path, "Training")


def test_a_file_that_lacks_rows_does_not_fit_its_votes(damaged, made_up):
    path = damaged(lambda lines: lines[:-3])
    total = sum(ROWS.values())
    with pytest.raises(DataError, match=f"{total} rows of votes for {total - 3} faces"):
        load_fer2013(path, "Training", made_up.ferplus)


def test_a_split_without_rows_is_refused(damaged):
    path = damaged(lambda lines: [line for line in lines if not line.endswith("PrivateTest")])
    with pytest.raises(DataError, match="no rows with Usage PrivateTest"):
        load_fer2013(path, "PrivateTest")


def test_another_csv_or_a_picture_is_refused(made_up, tmp_path):
    with pytest.raises(DataError, match=r"fer2013new\.csv: the header lacks one of emotion, pixels, Usage"):
        load_fer2013(made_up.ferplus, "Training")
    picture = tmp_path / "face.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    with pytest.raises(DataError, match=r"face\.png: not readable as CSV"):
        load_fer2013(picture, "Training")
    with pytest.raises(DataError, match=r"fer2013\.csv: the header lacks one of neutral.* --ferplus"):
        load_fer2013(made_up.data, "Training", made_up.data)


def test_a_vote_that_is_no_number_is_named(made_up, tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text(made_up.ferplus.read_text(encoding="utf-8").replace(",10,", ",ten,", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"votes\.csv:2: a vote is not a whole number"):
        load_fer2013(made_up.data, "Training", path)


def test_bad_data_ends_the_command_with_one_line_and_status_2(refused, damaged, made_up, tmp_path, repository):
    none = tmp_path / "none.onnx"
    assert f"{none}: No such file" in refused("evaluate", "--onnx", none, "--data", made_up.data)
    shipped = ["--onnx", repository / "weights" / "emotion.onnx", "--data"]
    missing = tmp_path / "missing.csv"
    line = refused("evaluate", *shipped, missing)
    assert f"{missing}: No such file or directory; give Kaggle's fer2013.csv with --data" in line
    short = damaged(replaced(45, f"3,{pixels(2303)},PublicTest"))
    assert f"{short}:45: 2303 pixels" in refused("evaluate", *shipped, short)


def test_an_unknown_split_is_refused_by_the_command_line_in_one_line(made_up, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "--onnx", "x.onnx", "--data", str(made_up.data), "--split", "Test"])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("model: argument --split: invalid choice: 'Test'")
    assert said.endswith("; see 'python -m model evaluate --help'\n")
    assert said.count("\n") == 1


def votes(**named: int) -> np.ndarray:
    order = [*FERPLUS_LABELS, "unknown", "not_a_face"]
    return np.array([[named.get(name, 0) for name in order]], np.float32)


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (votes(happiness=10), "happiness"),
        (votes(happiness=6, neutral=4), "happiness"),
        (votes(happiness=5, neutral=5), None),
        # 4 of the 7 that remain when single votes are dropped are more than half
        (votes(anger=4, sadness=3, fear=1, disgust=1, contempt=1), "anger"),
        (votes(anger=4, sadness=4, fear=2), None),
        (votes(unknown=6, neutral=4), None),
        (votes(not_a_face=10), None),
        (votes(neutral=6, unknown=4), "neutral"),
        (votes(anger=1, fear=1, sadness=1, happiness=1), None),
    ],
)
def test_the_majority_protocol_is_that_of_the_ferplus_authors(row, label):
    expected = -1 if label is None else FERPLUS_LABELS.index(label)
    assert majority_labels(row).tolist() == [expected]


def test_soft_targets_drop_single_votes_and_sum_to_one_or_nothing():
    target = soft_targets(votes(happiness=6, neutral=3, fear=1))[0]
    assert target[FERPLUS_LABELS.index("happiness")] == pytest.approx(2 / 3)
    assert target[FERPLUS_LABELS.index("fear")] == 0
    assert target.sum() == pytest.approx(1)
    assert soft_targets(votes(unknown=6, neutral=4)).sum() == 0
