"""The pages of the settings: what each setting is called, and what it does, in plain words."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton

from app.capture.devices import RESOLUTIONS
from app.settings import LANGUAGES, MARKER_CHARS, MARKERS, PROVIDERS, THEMES, Settings
from app.ui.language import translate
from app.ui.settings_form import SettingsForm
from app.ui.settings_model import markers_from

_MARKER_PX: Final = 320


def reading_page() -> SettingsForm:
    """Return the page of what is read, and when a reading is withheld."""
    page = SettingsForm()
    page.number(
        "smoothing_s",
        translate("Mien", "Smoothing"),
        translate("Mien", "Longer is calmer, shorter follows faster. 0 shows every frame as it is."),
        unit=translate("Mien", "s"),
        step=0.1,
        decimals=1,
    )
    page.number(
        "min_confidence",
        translate("Mien", "Least confidence"),
        translate("Mien", "Below it the face is called uncertain instead of naming an emotion."),
        unit="%",
        step=5,
        times=100,
    )
    page.number(
        "calibration_s",
        translate("Mien", "Neutral calibration"),
        translate("Mien", "How long a face is asked to look neutral."),
        unit=translate("Mien", "s"),
        step=0.5,
        decimals=1,
    )
    page.heading(translate("Mien", "No reading where the face is …"))
    page.number(
        "min_side_px",
        translate("Mien", "Smaller than"),
        translate("Mien", "Width or height of the face in the camera's picture."),
        unit=translate("Mien", "pixels"),
        step=5,
    )
    page.number(
        "min_brightness",
        translate("Mien", "Darker than"),
        translate("Mien", "Average brightness of the face: 0 is black, 255 is white."),
        unit=translate("Mien", "of 255"),
        step=5,
    )
    page.number(
        "max_brightness",
        translate("Mien", "Brighter than"),
        translate("Mien", "Average brightness of the face: 0 is black, 255 is white."),
        unit=translate("Mien", "of 255"),
        step=5,
    )
    page.number(
        "min_sharpness",
        translate("Mien", "Less sharp than"),
        translate("Mien", "Share of fine detail in the face: near 0 is a blur. Raise it to leave out more."),
        unit="",
        step=0.005,
        decimals=3,
    )
    page.number(
        "max_turn",
        translate("Mien", "Turned further than"),
        translate("Mien", "How far the nose is from the middle between the eyes: 0 looks straight ahead."),
        unit=translate("Mien", "eye distances"),
        step=0.05,
        decimals=2,
    )
    return page


def camera_page() -> SettingsForm:
    """Return the page of what a camera is asked for."""
    page = SettingsForm()
    page.choice(
        ("width", "height"),
        translate("Mien", "Resolution"),
        translate("Mien", "Larger finds smaller faces and takes longer. Used from the next start of the camera."),
        RESOLUTIONS,
        lambda size: f"{size[0]} × {size[1]}",
    )
    page.number(
        "fps",
        translate("Mien", "Frame rate"),
        translate("Mien", "What the camera is asked for; it may give less. Used from the next start of the camera."),
        unit=translate("Mien", "frames/s"),
        step=5,
    )
    page.check(
        "mirror",
        translate("Mien", "Mirror the camera"),
        translate("Mien", "Show it as a mirror would. What is recorded does not change. Key:\u00a0Ctrl+M"),
    )
    return page


def display_page() -> SettingsForm:
    """Return the page of what the window shows."""
    page = SettingsForm()
    themes = {
        "system": translate("Mien", "As the system"),
        "dark": translate("Mien", "Dark"),
        "light": translate("Mien", "Light"),
    }
    page.choice(
        ("theme",),
        translate("Mien", "Theme"),
        translate("Mien", "The colours of the window."),
        [(name,) for name in THEMES],
        lambda name: themes[name[0]],
    )
    # a language is called what its speakers call it
    languages = {"system": translate("Mien", "As the system"), "en": "English", "zh_CN": "简体中文"}
    page.choice(
        ("language",),
        translate("Mien", "Language"),
        translate("Mien", "Of the window. Recorded files stay in English."),
        [(name,) for name in LANGUAGES],
        lambda name: languages[name[0]],
    )
    page.check(
        "show_attention",
        translate("Mien", "Show the attended region"),
        translate("Mien", "The frame around the part of the face that the network looked at. Key:\u00a0A"),
    )
    page.check(
        "blur_faces",
        translate("Mien", "Make faces unrecognisable"),
        translate(
            "Mien",
            "In the view, the cards and exported videos; a face that is not found stays visible. The readings stay the "
            "same. Key:\u00a0B",
        ),
    )
    page.check(
        "show_faces",
        translate("Mien", "Show the face cards"),
        translate("Mien", "The panel with each face's probabilities. Key:\u00a0F"),
    )
    page.check(
        "show_timeline",
        translate("Mien", "Show the timeline"),
        translate("Mien", "The followed face's probabilities over time. Key:\u00a0T"),
    )
    page.number(
        "timeline_s",
        translate("Mien", "Timeline's span"),
        translate("Mien", "How much time the timeline shows at once."),
        unit=translate("Mien", "s"),
        step=10,
    )
    return page


def recording_page() -> SettingsForm:
    """Return the page of where recordings go, and what the keys 1 to 9 mark in them."""
    page = SettingsForm()
    _add_folder(page)
    page.check(
        "record_video",
        translate("Mien", "Keep an annotated video"),
        translate(
            "Mien",
            "Beside the numbers, from the next recording on: about 190 MB a minute at 720p. Where faces are made "
            "unrecognisable in view, they are so in it, too.",
        ),
    )
    page.heading(translate("Mien", "Markers"))
    page.note(translate("Mien", "While a source is read, a key from 1 to 9 marks the moment with its name here."))
    lines: list[QLineEdit] = []

    def show(line: QLineEdit, settings: Settings) -> None:
        at = lines.index(line)
        line.setText(settings.markers[at] if at < len(settings.markers) else "")

    for key in range(1, MARKERS + 1):
        line = page.line(
            f"marker_{key}", show, lambda _text: {"markers": markers_from([line.text() for line in lines])}
        )
        line.setMaxLength(MARKER_CHARS)
        line.setMinimumWidth(_MARKER_PX)
        line.setPlaceholderText(translate("Mien", "no name"))
        lines.append(line)
        page.row(translate("Mien", "Key {key}").format(key=key), line, fixed=True)
        line.setToolTip(translate("Mien", "The name of what key {key} marks").format(key=key))
    return page


def computation_page() -> SettingsForm:
    """Return the page of where the network runs."""
    page = SettingsForm()
    providers = {
        "auto": translate("Mien", "Automatic"),
        "cpu": translate("Mien", "Processor (CPU)"),
        "cuda": translate("Mien", "Graphics card (CUDA)"),
    }
    page.choice(
        ("provider",),
        translate("Mien", "Compute on"),
        translate("Mien", "Automatic takes the graphics card where it can be used. Used from the next start."),
        [(name,) for name in PROVIDERS],
        lambda name: providers[name[0]],
    )
    page.number(
        "threads",
        translate("Mien", "Threads"),
        translate("Mien", "On which the processor reads each frame, at most. Used from the next start."),
        unit="",
        step=1,
    )
    return page


def _add_folder(page: SettingsForm) -> None:
    """Add the folder of recordings, which is typed or looked for."""
    complaint = QLabel()
    complaint.setObjectName("complaint")
    complaint.setWordWrap(True)
    complaint.hide()

    def show(line: QLineEdit, settings: Settings) -> None:
        line.setText(settings.recordings)
        complaint.hide()

    def changes(text: str) -> dict[str, Any]:
        folder, wrong = folder_from(text)
        complaint.setText(wrong)
        complaint.setVisible(bool(wrong))
        return {} if wrong else {"recordings": folder}

    def browse() -> None:
        dialog = QFileDialog(page.window(), translate("Mien", "Folder for recordings"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setDirectory(line.text() or str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(take)
        dialog.open()

    def take(folder: str) -> None:
        line.setText(folder)
        complaint.hide()
        page.edited.emit({"recordings": folder})

    line = page.line("recordings", show, changes)
    line.setPlaceholderText(str(Settings().recordings_dir()))
    button = QPushButton(translate("Mien", "Browse …"))
    button.setAutoDefault(False)
    button.setToolTip(translate("Mien", "Choose the folder"))
    button.clicked.connect(browse)
    page.row(
        translate("Mien", "Folder"),
        line,
        translate("Mien", "Each recording gets a new folder in it. Leave it empty for the usual place."),
        beside=[button],
        below=[complaint],
    )


def folder_from(text: str) -> tuple[str, str]:
    """Return the folder that was typed, and what is wrong with it; empty where nothing is."""
    stripped = text.strip()
    if not stripped:
        return "", ""
    folder = Path(stripped).expanduser()
    if not folder.is_absolute():
        return "", translate("Mien", "{folder}: not a full path; nothing was changed").format(folder=stripped)
    if folder.exists() and not folder.is_dir():
        return "", translate("Mien", "{folder}: not a folder; nothing was changed").format(folder=stripped)
    return str(folder), ""
