"""An AVIF upright: OpenCV turns other images as they say, and not these (ISO/IEC 23008-12, 6.5.10 and 6.5.12)."""

import struct
from collections.abc import Iterator

import numpy as np

from app.types import Image


def upright(image: Image, data: memoryview) -> Image:
    """The image (H, W, 3) decoded from a file's bytes, turned and mirrored as they say if they are an AVIF's."""
    try:
        for kind, value in _properties(data) if bytes(data[4:8]) == b"ftyp" else ():
            if kind == b"irot":
                image = np.rot90(image, value[0] & 3)
            elif kind == b"imir":
                image = np.flip(image, axis=value[0] & 1)
    except (IndexError, KeyError, struct.error):  # a damaged file, of which OpenCV has made a picture all the same
        pass
    return np.ascontiguousarray(image)


def _properties(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """What is said of the primary image, kind and value, in the order in which it is to be done."""
    meta = dict(_boxes(dict(_boxes(data))[b"meta"][4:]))
    parts = dict(_boxes(meta[b"iprp"]))
    properties = list(_boxes(parts[b"ipco"]))
    wide = meta[b"pitm"][0] > 0
    (primary,) = struct.unpack_from(">I" if wide else ">H", meta[b"pitm"], 4)
    version, flags, count = parts[b"ipma"][0], parts[b"ipma"][3], struct.unpack_from(">I", parts[b"ipma"], 4)[0]
    at = 8
    for _ in range(count):
        item, number = struct.unpack_from(">IB" if version else ">HB", parts[b"ipma"], at)
        at += 5 if version else 3
        which = struct.unpack_from(f">{number}{'H' if flags & 1 else 'B'}", parts[b"ipma"], at)
        at += number * (2 if flags & 1 else 1)
        if item == primary:
            # the first bit says that it must be understood, the others count from 1
            places = [place & (0x7FFF if flags & 1 else 0x7F) for place in which]
            yield from (properties[place - 1] for place in places if place)


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The boxes one after the other, kind and content (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        end = at + size if size else len(data)
        if size and size < head:
            return
        yield kind, data[at + head : end]
        at = end
