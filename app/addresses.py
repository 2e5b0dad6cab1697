"""Addresses as they may be shown and logged: without what is secret in them."""

import re
from typing import Final

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+")
# in the midst of a text: a URL, or what would be one but for a slip in its scheme, and has a password all the same
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+|[^\s'\"]+:[^\s'\"]*@\S*")


def without_secrets(url: str) -> str:
    """The URL fit to be shown and logged: in one line, no user and password, and no query, where many want theirs.

    A password with a raw ``/``, ``?``, ``#`` or ``@`` in it is not a valid URL, and is hidden all the same: from the
    first colon on, all up to the last ``@`` may be one. ``rtsp://ann:pw@cam/1?key=7`` becomes ``rtsp://***@cam/1?…``.
    """
    begins = _SCHEME.match(url)
    scheme = begins[0] if begins else ""
    rest = url.removeprefix(scheme)
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    end = (rest if ":" in rest.partition("@")[0] else authority).rfind("@")
    bare, query, _ = (rest if end < 0 else f"***{rest[end:]}").partition("?")
    shown = scheme + bare + ("?…" if query else "")
    return "".join(char if char.isprintable() else "\ufffd" for char in shown)


def text_without_secrets(text: str) -> str:
    """Return ``text`` with each address in it as ``without_secrets`` has it."""
    return _ADDRESS.sub(lambda address: without_secrets(address.group()), text)
