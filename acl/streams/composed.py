"""Streams made of streams: synonym, broadcast, concatenated, two-way, echo."""

from __future__ import annotations

from typing import Any

from acl.types.symbol import Symbol, T

from .base import WOULD_BLOCK, Stream, any_stream


class SynonymStream(Stream, lisp="SYNONYM-STREAM"):
    """Stands for the stream that is the value of `symbol`, whatever it is at the time."""

    what = "synonym-stream"

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol

    def target(self) -> Any:
        """Return the stream meant now."""
        self.check_open()
        return any_stream(self.symbol.value)

    def resolve(self) -> Stream:
        """Return the stream meant now."""
        return self.target().resolve()  # type: ignore[no-any-return]

    def describe(self) -> str:
        """Return the text for the printer."""
        return f"synonym stream for {self.symbol.name.lower()}"

    @property
    def input_p(self) -> bool:  # type: ignore[override]
        """True if the stream meant can be read."""
        return bool(self.target().input_p)

    @property
    def output_p(self) -> bool:  # type: ignore[override]
        """True if the stream meant can be written."""
        return bool(self.target().output_p)

    @property
    def element_type(self) -> Any:
        """The element type of the stream meant."""
        return self.target().element_type

    @property
    def external_format(self) -> Any:
        """The external format of the stream meant."""
        return self.target().external_format

    @external_format.setter
    def external_format(self, value: Any) -> None:
        self.target().external_format = value

    @property
    def interactive(self) -> bool:
        """True if the stream meant is interactive."""
        return bool(self.target().interactive)


def _delegate(cls: Any, accessor: str, *names: str) -> None:
    """Define the methods *names* of *cls* to call those of the stream that the method *accessor* returns."""
    for name in names:
        def method(self: Any, *args: Any, _name: str = name, **keys: Any) -> Any:
            return getattr(getattr(self, accessor)(), _name)(*args, **keys)

        method.__name__ = name
        method.__doc__ = getattr(Stream, name).__doc__
        setattr(cls, name, method)


_INPUT = ("read_char", "unread_char", "peek_char", "read_char_no_hang", "listen", "read_line", "read_byte", "read_into",
          "whole", "clear_input", "input_is_ready")
_OUTPUT = ("write_str", "write_char", "write_byte", "write_from", "column", "fresh_line", "line_length",
           "finish_output", "force_output", "clear_output")
_delegate(SynonymStream, "target", *_INPUT, *_OUTPUT, "file_position", "set_file_position", "file_length")


class TwoWayStream(Stream, lisp="TWO-WAY-STREAM"):
    """Reads from `input`, writes to `output`."""

    what = "two-way-stream"
    input_p = True
    output_p = True

    def __init__(self, source: Any, sink: Any) -> None:
        self.source = source
        self.sink = sink

    @property
    def octets_p(self) -> bool:  # type: ignore[override]
        """True if both sides move octets in bulk."""
        return bool(self.source.octets_p and self.sink.octets_p)

    @property
    def characters_p(self) -> bool:  # type: ignore[override]
        """True if the elements that are read are characters."""
        return bool(self.source.characters_p)

    def input_side(self) -> Any:
        """Return the stream to read."""
        self.check_open()
        return self.source

    def output_side(self) -> Any:
        """Return the stream to write."""
        self.check_open()
        return self.sink

    @property
    def interactive(self) -> bool:
        """True if the input is interactive."""
        return bool(self.source.interactive)

    @property
    def element_type(self) -> Any:
        """The element type: that of both, or both in an `or`."""
        return joined_type([self.source, self.sink])


_delegate(TwoWayStream, "input_side", *_INPUT)
_delegate(TwoWayStream, "output_side", *_OUTPUT)


def joined_type(streams: list[Any]) -> Any:
    """Return the element type of several streams together."""
    from acl.types.cons import Cons, from_iterable
    from acl.types.symbol import cl

    types: list[Any] = []
    for stream in streams:
        each = stream.element_type
        if not any(repr(each) == repr(t) for t in types):
            types.append(each)
    return types[0] if len(types) == 1 else Cons(cl("OR"), from_iterable(types))


class EchoStream(TwoWayStream, lisp="ECHO-STREAM"):
    """Writes to `output` what it reads from `input`; a character that was put back is not written again."""

    what = "echo-stream"

    def __init__(self, source: Any, sink: Any) -> None:
        super().__init__(source, sink)
        self.unread: str | None = None

    def read_char(self) -> str | None:
        """Read and echo a character."""
        self.check_open()
        c = self.unread
        if c is not None:
            self.unread = None
            return c
        c = self.source.read_char()
        if c is not None:
            self.sink.write_char(c)
        return c  # type: ignore[no-any-return]

    def unread_char(self, c: str) -> None:
        """Put the last character back."""
        self.check_open()
        self.unread = c

    def peek_char(self) -> str | None:
        """Return the next character, which is not echoed."""
        self.check_open()
        return self.unread if self.unread is not None else self.source.peek_char()

    def read_char_no_hang(self) -> Any:
        """Read and echo a character if there is one."""
        self.check_open()
        if self.unread is not None:
            return self.read_char()
        c = self.source.read_char_no_hang()
        if c is not None and c is not WOULD_BLOCK:
            self.sink.write_char(c)
        return c

    def listen(self) -> bool:
        """Return true if a character is there."""
        self.check_open()
        return self.unread is not None or self.source.listen()

    read_line = Stream.read_line

    def read_into(self, buffer: Any, start: int, end: int, partial: bool = False) -> int:
        """Read and echo elements."""
        return Stream.read_into(self, buffer, start, end, partial)

    def read_byte(self) -> int | None:
        """Read and echo an octet."""
        self.check_open()
        octet: int | None = self.source.read_byte()
        if octet is not None:
            self.sink.write_byte(octet)
        return octet

    def clear_input(self) -> None:
        """Drop waiting input."""
        self.unread = None
        self.source.clear_input()


class BroadcastStream(Stream, lisp="BROADCAST-STREAM"):
    """Writes to all of `streams`."""

    what = "broadcast-stream"
    output_p = True

    def __init__(self, streams: list[Any]) -> None:
        self.streams = streams

    def write_str(self, s: str) -> None:
        """Write text to all."""
        self.check_open()
        for stream in self.streams:
            stream.write_str(s)

    def write_byte(self, octet: int) -> None:
        """Write an octet to all."""
        self.check_open()
        for stream in self.streams:
            stream.write_byte(octet)

    def write_from(self, data: Any) -> None:
        """Write to all."""
        self.check_open()
        for stream in self.streams:
            stream.write_from(data)

    def column(self) -> int | None:
        """Return the column of the last stream; 0 if there is none."""
        return self.streams[-1].column() if self.streams else 0

    def fresh_line(self) -> bool:
        """Start a new line on all that need one."""
        self.check_open()
        result = False
        for stream in self.streams:
            result = stream.fresh_line()
        return result

    def finish_output(self) -> None:
        """Send what is buffered."""
        self.check_open()
        for stream in self.streams:
            stream.finish_output()

    def force_output(self) -> None:
        """Start sending."""
        self.check_open()
        for stream in self.streams:
            stream.force_output()

    def clear_output(self) -> None:
        """Drop what is buffered."""
        for stream in self.streams:
            stream.clear_output()

    @property
    def element_type(self) -> Any:
        """The element type of the last stream; T if there is none."""
        return self.streams[-1].element_type if self.streams else T

    @property
    def external_format(self) -> Any:
        """The external format of the last stream."""
        return self.streams[-1].external_format if self.streams else super().external_format

    @external_format.setter
    def external_format(self, value: Any) -> None:
        for stream in self.streams:
            stream.external_format = value

    def file_length(self) -> int:
        """Return the length of the last stream's file; 0 if there is no stream."""
        return self.streams[-1].file_length() if self.streams else 0

    def file_position(self) -> int | None:
        """Return the position of the last stream; 0 if there is none."""
        return self.streams[-1].file_position() if self.streams else 0

    def set_file_position(self, position: int | str) -> bool:
        """Move the last stream."""
        return self.streams[-1].set_file_position(position) if self.streams else False


class ConcatenatedStream(Stream, lisp="CONCATENATED-STREAM"):
    """Reads each of `streams` until it ends."""

    what = "concatenated-stream"
    input_p = True

    def __init__(self, streams: list[Any]) -> None:
        self.streams = streams

    @property
    def characters_p(self) -> bool:  # type: ignore[override]
        """True if the elements that are read are characters."""
        return bool(not self.streams or self.streams[0].characters_p)

    def _read(self, operation: str) -> Any:
        self.check_open()
        while self.streams:
            result = getattr(self.streams[0], operation)()
            if result is not None:
                return result
            del self.streams[0]
        return None

    def read_char(self) -> str | None:
        """Read a character."""
        return self._read("read_char")  # type: ignore[no-any-return]

    def peek_char(self) -> str | None:
        """Return the next character."""
        return self._read("peek_char")  # type: ignore[no-any-return]

    def read_char_no_hang(self) -> Any:
        """Read a character if there is one."""
        return self._read("read_char_no_hang")

    def read_byte(self) -> int | None:
        """Read an octet."""
        return self._read("read_byte")  # type: ignore[no-any-return]

    def unread_char(self, c: str) -> None:
        """Put the last character back."""
        self.check_open()
        if self.streams:
            self.streams[0].unread_char(c)
        else:
            from .strings import StringInputStream

            self.streams.append(StringInputStream(c))

    def listen(self) -> bool:
        """Return true if a character is there."""
        self.check_open()
        while self.streams:
            if self.streams[0].listen():
                return True
            if self.streams[0].read_char_no_hang() is WOULD_BLOCK:
                return False
            del self.streams[0]
        return False

    def clear_input(self) -> None:
        """Drop waiting input of the stream being read."""
        if self.streams:
            self.streams[0].clear_input()

    @property
    def element_type(self) -> Any:
        """The element type of the stream being read; NIL if all are done."""
        return self.streams[0].element_type if self.streams else None

    @property
    def external_format(self) -> Any:
        """The external format of the stream being read."""
        return self.streams[0].external_format if self.streams else super().external_format

    @external_format.setter
    def external_format(self, value: Any) -> None:
        for stream in self.streams:
            stream.external_format = value
