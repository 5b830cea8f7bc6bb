"""The reader's errors: conditions whose reports name file, line and column where these are known."""

from __future__ import annotations

from typing import Any, NoReturn


def reader_error(stream: Any, control: str, *args: Any) -> NoReturn:
    """Signal a `reader-error` with a format control and arguments."""
    from acl.runtime.conditions import error

    error("READER-ERROR", control + _where(stream), *args, stream=stream)
    raise AssertionError("a reader-error returned")


def end_of_file(stream: Any, what: str = "", start: int | None = None) -> NoReturn:
    """Signal `end-of-file` inside *what*, which began at the offset *start* of the text."""
    from acl.runtime.conditions import error

    inside = f" in {what}" if what else ""
    began = _where(stream, start, " that begins") if start is not None else _where(stream)
    error("END-OF-FILE", f"eof encountered on stream ~s{inside}{began}", stream, stream=stream)
    raise AssertionError("an end-of-file returned")


def _where(stream: Any, offset: int | None = None, how: str = "") -> str:
    """Return where *stream* stands as the end of a format control, empty if it cannot tell."""
    place = getattr(stream, "place", None)
    if place is None:
        return ""
    text: str = place(offset)
    return f"{how}{text}".replace("~", "~~") if text else ""
