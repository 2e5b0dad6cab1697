"""What stays out of the bundle and why, and whose licences go into it. No PyInstaller here."""

from collections.abc import Callable, Iterable, Sequence, Set
from fnmatch import fnmatch
from pathlib import PurePath
from typing import Final

# A file as PyInstaller lists it: its path inside the bundle, its path on disk, and its kind. A SYMLINK has in place of
# the path on disk its target, as told from the folder that the link lies in.
Entry = tuple[str, str, str]
# the paths on disk of what a file is linked with; None where it is not found
Linked = Callable[[str], Iterable[str | None]]

# Python packages that an import somewhere would bring, and why they stay out.
EXCLUDES: Final = (
    # the training's, which the app never imports, whatever lies in the environment
    "torch",
    "model",
    # extras: they come with pip only
    "dask",
    "distributed",
    "pandas",
    "pylsl",
    # Mien needs one picture of it, below; with it go contourpy, fontTools, kiwisolver and Pillow
    "matplotlib",
    "PIL",
    # asked for by tqdm and numpy where they are there
    "IPython",
    "ipywidgets",
    "pytest",
    "setuptools",
    "tkinter",
    # without the network: Mien's own streaming is Python's
    "PySide6.QtNetwork",
    # scipy.optimize, of which Mien takes linear_sum_assignment, imports these only inside functions that it never calls
    "scipy.cluster",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.io",
    "scipy.ndimage",
    "scipy.odr",
    "scipy.signal",
    "scipy.stats",
    # makers and checkers of models; Mien runs them
    "onnx",
    "onnxruntime.quantization",
    "onnxruntime.tools",
    "onnxruntime.transformers",
    # for prompts that Mien has not; the library behind it is under the GPL
    "readline",
)

# Files that hooks bring for programs that do more than this one; paths inside the bundle.
UNWANTED: Final = (
    # the window has two languages; the dialogs' Chinese stays
    "PySide6/*translations/*[!N].qm",
    "PySide6/*translations/qt_help_*",
    # screens without a window system
    "PySide6/*plugins/egldeviceintegrations/*",
    "PySide6/*plugins/generic/*",
    "PySide6/*plugins/platforms/*eglfs*",
    "PySide6/*plugins/platforms/*linuxfb*",
    "PySide6/*plugins/platforms/*minimal*",
    "PySide6/*plugins/platforms/*vkkhrdisplay*",
    "PySide6/*plugins/platforms/*vnc*",
    "PySide6/*plugins/platforms/*direct2d*",
    # drawing by OpenGL: every widget of Mien is painted in memory
    "PySide6/*plugins/wayland-graphics-integration-client/*",
    "PySide6/*plugins/xcbglintegrations/*",
    "PySide6/*opengl32sw.dll",
    # GTK's look and dialogs, and with them all of GTK; the desktop's own dialogs come through its portal
    "PySide6/*plugins/platformthemes/*gtk3*",
    # no network through Qt
    "PySide6/*plugins/networkinformation/*",
    "PySide6/*plugins/tls/*",
    # OpenCV reads pictures; Qt draws SVG, and the icon of a Windows program is ICO
    "PySide6/*plugins/imageformats/*gif*",
    "PySide6/*plugins/imageformats/*icns*",
    "PySide6/*plugins/imageformats/*jpeg*",
    "PySide6/*plugins/imageformats/*tga*",
    "PySide6/*plugins/imageformats/*tiff*",
    "PySide6/*plugins/imageformats/*wbmp*",
    "PySide6/*plugins/imageformats/*webp*",
)

# Whose versions 'mien doctor' tells, and whose licences the bundle has to carry.
DISTRIBUTIONS: Final = (
    "mien",
    "cv2-enumerate-cameras",
    "jinja2",
    "markupsafe",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "platformdirs",
    "PySide6-Essentials",
    "scipy",
    "shiboken6",
    "tqdm",
    "websockets",
)


def unwanted(name: str) -> bool:
    """Whether the file of this path inside the bundle stays out."""
    return any(fnmatch(PurePath(name).as_posix(), pattern) for pattern in UNWANTED)


def without_unwanted(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that ``UNWANTED`` does not name."""
    return [entry for entry in entries if not unwanted(entry[0])]


def without_orphans(wanted: Sequence[Entry], dropped: Sequence[Entry], linked: Linked) -> list[Entry]:
    """Return the wanted entries without the libraries that only the dropped ones need.

    Args:
        wanted: libraries and programs, no links.
        dropped: the same, those that stay out.
        linked: tells what a file is linked with.
    """
    files = {source for _name, source, _kind in wanted}
    theirs = _needed_by({source for _name, source, _kind in dropped}, files, linked)
    orphans = theirs - _needed_by(files - theirs, files, linked)
    return [entry for entry in wanted if entry[1] not in orphans]


def without_dead_links(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without the links to a file that is not among them."""
    names = {PurePath(name) for name, _source, _kind in entries}
    return [
        (name, source, kind)
        for name, source, kind in entries
        if kind != "SYMLINK" or PurePath(name).parent / source in names
    ]


def _needed_by(files: Set[str], among: Set[str], linked: Linked) -> set[str]:
    """Those ``among`` that the files need, directly or through others."""
    found: set[str] = set()
    waiting = list(files)
    while waiting:
        new = {path for path in linked(waiting.pop()) if path is not None and path in among} - found
        found |= new
        waiting += new
    return found
