"""What the user names as SOURCE of ``mien analyze``, as videos and images."""

import glob
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.addresses import text_without_secrets, without_secrets
from app.capture.sources import VIDEO_SUFFIXES
from app.capture.stills import IMAGE_SUFFIXES
from app.session.log import READINGS, SESSION
from app.types import SourceError

SUMMARY: Final = "summary.csv"
# A GIF is a picture among pictures, and a video by itself.
_VIDEOS: Final = VIDEO_SUFFIXES - IMAGE_SUFFIXES
_IMAGES: Final = IMAGE_SUFFIXES - VIDEO_SUFFIXES
_EITHER: Final = VIDEO_SUFFIXES & IMAGE_SUFFIXES
# Names of folders: letters of every script, and of the rest what every file system takes. 50 characters of 4 bytes,
# the digest and ``.partial`` are within the 255 bytes that file systems give a name.
_ODD: Final = re.compile(r"[^\w.\- ]")
_NAME_CHARS: Final = 50
_DIGEST_CHARS: Final = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be read.

    Attributes:
        paths: videos, images, and folders of images; absolute, each once.
        complaints: what cannot be read, a line each.
        remarks: what is left out and why, a line each.
    """

    paths: list[Path] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def find(sources: Iterable[str], out: Path) -> Found:
    """Look up files, folders and patterns.

    A folder is gone through with all that is in it: each video is a session, and so is each folder that holds images
    and no video. Hidden files and what Mien has written are passed over, the latter also where it is one of several
    matches: a shell's ``*`` names it, too, once there is any.

    Args:
        sources: as the command line takes them.
        out: where the results go, absolute, so that none of them is taken for a source.
    """
    found = Found()
    matches: list[Path] = []
    for source in sources:
        try:
            matches += _matches(source)
        except SourceError as error:
            found.complaints.append(str(error))
    for path in matches:
        one_of_several = len(matches) > 1
        if one_of_several and _is_result(path, out):
            continue
        try:
            _take(path, out, found)
        except SourceError as error:
            # it may hold nothing but results
            if not (one_of_several and path == out):
                found.complaints.append(str(error))
    paths = list(dict.fromkeys(found.paths))
    return Found(paths, found.complaints, found.remarks)


def session_name(path: Path) -> str:
    """Return the name of a source's session folder: readable, the same in every run, its own for every path.

    It is one plain component of a path, whatever the file is called.
    """
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:_DIGEST_CHARS]
    readable = _ODD.sub("_", path.name)[:_NAME_CHARS].strip(" .-")
    return f"{readable or 'source'}-{digest}"


def _matches(source: str) -> list[Path]:
    """The absolute paths that a SOURCE stands for. A file of exactly this name goes before a pattern.

    Raises:
        SourceError: there is none.
    """
    if "://" in source and not os.path.lexists(source):
        raise SourceError(
            f"{without_secrets(source)}: analyze reads files; "
            "download it first, or record it with 'mien URL --record DIR'"
        )
    if not source.strip():
        raise SourceError("SOURCE is empty; name a file, a folder or a pattern")
    if os.path.lexists(source):
        return [_absolute(source)]
    if not glob.has_magic(source):
        raise SourceError(f"{text_without_secrets(source)}: {_why_none(source)}")
    matches = sorted(set(_expanded(source)))
    if not matches:
        raise SourceError(f"{text_without_secrets(source)}: no file matches this pattern")
    return [_absolute(match) for match in matches]


def _expanded(pattern: str) -> Iterator[str]:
    """What matches a pattern. ``**``, other than glob's, goes into no link to a folder: it may lead in circles."""
    parts = Path(pattern).parts
    if "**" not in parts:
        # not Path.glob, which takes no absolute pattern
        yield from glob.glob(pattern)  # noqa: PTH207
        return
    at = parts.index("**")
    before, after = str(Path(*parts[:at])), Path(*parts[at + 1 :] or "*")
    for top in glob.glob(before):  # noqa: PTH207
        for here, folders, _ in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from _expanded(str(Path(glob.escape(here)) / after))


def _why_none(source: str) -> str:
    """Why there is no file of this name as far as can be seen: it may be where one may not enter."""
    try:
        os.lstat(source)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        pass
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "no such file or folder"


def _absolute(path: str | Path) -> Path:
    """Not resolved: a link is known by its own name, as where a data set's files are links into a store.

    Raises:
        SourceError: there is no current folder any more to go from.
    """
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100
    except OSError as error:
        raise SourceError(f"{path}: the current folder is gone; change to one that exists") from error


def _is_result(path: Path, out: Path) -> bool:
    """Whether it is the summary, or a session, in the results' folder."""
    return path.parent == out and (path.name == SUMMARY or _is_session(path))


def _is_session(path: Path) -> bool:
    return all((path / name).exists() for name in (READINGS, SESSION))


def _take(path: Path, out: Path, found: Found) -> None:
    """Take a file, or what is in a folder.

    Raises:
        SourceError: it is neither, or holds nothing.
    """
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if is_file:
        found.paths.append(path)
        return
    if not is_folder:
        raise SourceError(f"{path}: {'a broken link' if path.is_symlink() else 'neither a file nor a folder'}")
    before = len(found.paths), len(found.complaints)
    for folder, names in _folders(path, out, found):
        _take_folder(folder, names, found)
    if before == (len(found.paths), len(found.complaints)):
        if _is_session(path):
            raise SourceError(f"{path}: a recorded session, which is read already; 'mien report' makes a page of it")
        raise SourceError(f"{path}: no videos or images in this folder")


def _folders(top: Path, out: Path, found: Found) -> Iterator[tuple[Path, list[str]]]:
    """Each folder from ``top`` on that is not hidden and not Mien's own, and its files' names.

    ``out`` is gone through where it is what was named: it may hold the sources, too.
    """

    def complain(error: OSError) -> None:
        found.complaints.append(f"{error.filename}: cannot be read: {error.strerror}")

    for here, folders, files in os.walk(top, onerror=complain):
        folder = Path(here)
        if (folder == out and out != top) or {READINGS, SESSION} <= set(files):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = sum(os.path.islink(folder / name) for name in folders)  # noqa: PTH114
        if links:
            found.remarks.append(f"{folder}: {links} links to folders left out; name them to read what is there")
        yield folder, sorted(name for name in files if not name.startswith("."))


def _is_special(path: Path) -> bool:
    """Whether it is called like a video or an image and is a pipe or a device, which may never end."""
    # not Path.is_file, which raises where a link leads to where the user may not go
    is_there, is_file = os.path.exists(path), os.path.isfile(path)  # noqa: PTH110, PTH113
    return path.suffix.lower() in VIDEO_SUFFIXES | IMAGE_SUFFIXES and is_there and not is_file


def _take_folder(folder: Path, names: list[str], found: Found) -> None:
    special = [name for name in names if _is_special(folder / name)]
    found.complaints.extend(f"{folder / name}: neither a file nor a folder" for name in special)
    names = [name for name in names if name not in special]
    by_kind = {
        kind: [name for name in names if Path(name).suffix.lower() in suffixes]
        for kind, suffixes in (("video", _VIDEOS), ("image", _IMAGES), ("either", _EITHER))
    }
    videos = by_kind["video"] + (by_kind["either"] if by_kind["video"] or not by_kind["image"] else [])
    found.paths.extend(folder / name for name in sorted(videos))
    if not by_kind["image"]:
        return
    if videos:
        found.remarks.append(f"{folder}: {len(by_kind['image'])} images beside videos left out; name them to read them")
    else:
        found.paths.append(folder)
