"""Simple streams at device level: a program defines a class of streams by methods on `device-read` and `device-write`.

The Python side of such a stream, `DeviceStream`, calls the generic functions of EXCL; their methods for all streams
(see `acl.builtins.streams.devices`) come back to `base_read` and `base_write`, which use the stream's handles: a
descriptor, or another stream, which then is encapsulated.
"""

from __future__ import annotations

import os
from typing import Any

from acl.clos.base import StandardDirectSlotDefinition
from acl.runtime.waiting import sleep, wait_io, wake_waiters
from acl.types.array import SimpleString, make_octets, set_items
from acl.types.character import CHAR
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL, T, keyword

from .base import SimpleStream, Stream, any_stream
from .formats import external_format
from .octets import OctetStream

_END, _WOULD_BLOCK = -1, -3
_RETRY = 0.01
"""How long we wait before asking a device again that says it has nothing, in seconds."""


def call(name: str, *args: Any) -> Any:
    """Call the generic function *name* of EXCL."""
    return FUNCTIONS["EXCL:" + name](*args)


class DeviceStream(OctetStream):
    """A simple stream whose device is what the generic functions say.

    `input_handle` and `output_handle` are descriptors or streams, or None.
    """

    what = "simple-stream"
    owned: Any = None
    """A stream that was opened for this one, and is closed with it."""
    closing = False
    """True while `device-close` runs, whose methods may flush the stream (AllegroServe's do)."""

    def __init__(self, format: Any = None, input_p: bool = True, output_p: bool = True, *, filename: Any = None,
                 direction: Any = None, if_exists: Any = None, if_does_not_exist: Any = None,
                 external_format: Any = None, mapped: Any = None, fn_in: Any = None, fn_out: Any = None) -> None:
        # The keywords are initargs; `device-open` looks at them once the slots are filled.
        super().__init__(format, input_p, output_p)

    @property
    def input_handle(self) -> Any:
        """The slot EXCL::INPUT-HANDLE."""
        return self.__dict__.get("EXCL:INPUT-HANDLE")

    @property
    def output_handle(self) -> Any:
        """The slot EXCL::OUTPUT-HANDLE."""
        return self.__dict__.get("EXCL:OUTPUT-HANDLE")

    def set_direction(self, input_p: bool, output_p: bool) -> None:
        """Say whether the stream can be read and written."""
        self.input_p, self.output_p = input_p, output_p
        for name in ("write_str", "write_char", "write_byte"):
            if output_p:
                self.__dict__.pop(name, None)
            else:
                setattr(self, name, self._not_output)

    def open_device(self, names: Any, initargs: Any) -> None:
        """Open the device; the stream is closed if that gives NIL."""
        self.set_direction(False, False)
        if call("DEVICE-OPEN", self, names, initargs) is None:
            self.is_open = False

    def base_open(self, given: dict[str, Any]) -> Any:
        """Do what `device-open` does by default: take direction and handles from the initargs; open a :FILENAME."""
        direction = given.get("DIRECTION")
        name = direction.name if direction is not None else ""
        if given.get("FILENAME") is not None:
            options = [(keyword(k), given[k]) for k in ("IF-EXISTS", "IF-DOES-NOT-EXIST") if k in given]
            inner = FUNCTIONS["COMMON-LISP:OPEN"](given["FILENAME"], keyword("DIRECTION"), direction or
                                                  keyword("INPUT"), *(x for pair in options for x in pair))
            if inner is None:
                return None
            self.owned = inner
            self.__dict__["EXCL:INPUT-HANDLE"] = inner if inner.input_p else None
            self.__dict__["EXCL:OUTPUT-HANDLE"] = inner if inner.output_p else None
        self.set_direction(self.input_p or name in ("INPUT", "IO") or self.input_handle is not None,
                           self.output_p or name in ("OUTPUT", "IO") or self.output_handle is not None)
        if "EXTERNAL-FORMAT" in given:
            self.external_format = given["EXTERNAL-FORMAT"]
        return T

    # What OctetStream asks of its device

    width = 1
    """How many octets here an element of the device's buffers can take."""

    def new_buffer(self, size: int) -> Any:
        """Return a buffer for `device-read`."""
        return make_octets(bytes(size))

    def octets_in(self, buffer: Any, count: int) -> bytes | bytearray:
        """Return the octets that the first *count* elements of a buffer stand for."""
        return buffer.data[:count]  # type: ignore[no-any-return]

    def filled_buffer(self, view: Any) -> tuple[Any, int]:
        """Return a buffer for `device-write` with the octets *view*, and how many elements it has."""
        return make_octets(bytes(view)), len(view)

    def octets_written(self, view: Any, count: int) -> int:
        """Return how many octets of *view* the device has taken, when it says that it took *count* elements."""
        return count

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Call `device-read` with a buffer, and take what it has put there."""
        size = min(len(view) // self.width, call("DEVICE-BUFFER-LENGTH", self))
        while True:
            buffer = self.new_buffer(size)
            count = call("DEVICE-READ", self, buffer, 0, size, T if wait else None)
            if type(count) is int and count > 0:
                octets = self.octets_in(buffer, count)
                view[:len(octets)] = octets
                return len(octets)
            if count == _END or (count == 0 and wait):
                return 0  # a device that was told to wait and has nothing is at its end
            if type(count) is int and count < 0 and count != _WOULD_BLOCK:
                self._device_fault("reading", count)
            if not wait:
                return None
            sleep(_RETRY, "waiting for input")
            self.check_open()

    def device_write(self, view: Any) -> int:
        """Call `device-write` with a buffer of the octets."""
        while True:
            buffer, size = self.filled_buffer(view)
            count = call("DEVICE-WRITE", self, buffer, 0, size, T)
            if type(count) is not int or count >= size:
                return len(view)
            if count > 0:
                return self.octets_written(view, count)
            if count < 0 and count != _WOULD_BLOCK:
                self._device_fault("writing", count)
            sleep(_RETRY, "waiting for output")
            self.check_open()
            if self.unsent is not view:
                return 0

    def device_close(self, abort: bool) -> None:
        """Call `device-close`."""
        self.closing = True
        try:
            call("DEVICE-CLOSE", self, T if abort else None)
        finally:
            self.closing = False

    def check_open(self) -> None:
        """Signal `stream-closed-error` if the stream is closed, and not just being closed."""
        if not self.closing:
            super().check_open()

    def finish_output(self, data: Any = b"") -> None:
        """Send what is buffered, then *data*, and what is buffered in the stream below."""
        super().finish_output(data)
        if isinstance(self.output_handle, Stream):
            self.output_handle.force_output()

    force_output = finish_output

    def clear_input(self) -> None:
        """Drop what has come, here and in the device."""
        self.text, self.pos = "", 0
        self.ipos = self.iend = 0
        call("DEVICE-CLEAR-INPUT", self, None)

    def clear_output(self) -> None:
        """Drop what is buffered, here and in the device."""
        super().clear_output()
        call("DEVICE-CLEAR-OUTPUT", self)

    def file_position(self) -> int | None:
        """Ask `device-file-position`."""
        return call("DEVICE-FILE-POSITION", self)  # type: ignore[no-any-return]

    def set_file_position(self, position: int | str) -> bool:
        """Set `device-file-position`; what was read ahead or is buffered goes."""
        if isinstance(position, str):
            position = 0 if position == "start" else call("DEVICE-FILE-LENGTH", self) or 0
        if self.output_p:
            self.finish_output()
        self.text, self.pos = "", 0
        self.ipos = self.iend = 0
        return FUNCTIONS["(setf EXCL:DEVICE-FILE-POSITION)"](position, self) is not None

    def _device_fault(self, action: str, code: int) -> None:
        from .base import stream_fault

        stream_fault("STREAM-ERROR", f"~s: its device reports error ~d while {action}.", self, code, stream=self)

    # What the generic functions do by default

    def base_read(self, view: memoryview, wait: bool) -> int:
        """Read from the handle: a count, or -1 at the end of the file, -3 if it would block."""
        handle = self.input_handle
        if handle is None:
            return _END
        if type(handle) is int:
            if not wait_io(handle, False, None if wait else 0.0):
                return _WOULD_BLOCK
            return os.readv(handle, [view]) or _END
        if not wait and not handle.input_is_ready():
            return _WOULD_BLOCK
        buffer = bytearray(len(view))
        count: int = handle.read_into(buffer, 0, len(buffer), True)
        view[:count] = buffer[:count]
        return count or _END

    def base_write(self, view: memoryview) -> int:
        """Write to the handle."""
        handle = self.output_handle
        if handle is None:
            self.no_output()
        if type(handle) is int:
            wait_io(handle, True)
            return os.write(handle, view)
        handle.write_from(bytes(view))
        return len(view)

    def base_close(self, abort: bool) -> None:
        """Close the handles that are descriptors, and a stream that was opened for this one."""
        for fd in {self.input_handle, self.output_handle}:
            if type(fd) is int:
                os.close(fd)
                wake_waiters(fd)
        if self.owned is not None:
            self.owned.close(abort)

    def describe(self) -> str:
        """Return the text for the printer: `my-stream for input fd 5`."""
        name = type(self)._lisp.name
        text = str(name.name).lower() if name is not None else self.what
        if not self.is_open:
            return f"{text} closed"
        use = {(True, False): "input", (False, True): "output", (True, True): "bidirectional"}.get(
            (self.input_p, self.output_p), "nothing")
        handle = self.input_handle if self.input_handle is not None else self.output_handle
        shown = f"#<{handle.describe()}>" if isinstance(handle, Stream) else handle
        shown = f" fd {shown}" if handle is not None else ""
        return f"{text} for {use}{shown}"


class OwnDevice:
    """Undoes `DeviceStream` for streams whose device is written in Python: to be mixed in before it."""

    finish_output = force_output = OctetStream.finish_output
    clear_input, clear_output = OctetStream.clear_input, OctetStream.clear_output
    file_position, set_file_position = OctetStream.file_position, OctetStream.set_file_position


class SingleChannelSimpleStream(DeviceStream, lisp="SINGLE-CHANNEL-SIMPLE-STREAM", package=EXCL):
    """A stream over one device, such as a file."""


class DualChannelSimpleStream(DeviceStream, lisp="DUAL-CHANNEL-SIMPLE-STREAM", package=EXCL):
    """A stream whose input and output have nothing to do with each other, such as a connection."""


class BidirectionalCharacterEncapsulatingStream(DualChannelSimpleStream, package=EXCL,
                                               lisp="BIDIRECTIONAL-CHARACTER-ENCAPSULATING-STREAM"):
    """A stream of characters over another one, its :BASE-STREAM: its devices' buffers are strings.

    Inside, the characters stand in UTF-8.
    """

    width = 4

    @property
    def external_format(self) -> Any:
        """The format of the octets that the stream has inside; setting it means nothing."""
        return self.format

    @external_format.setter
    def external_format(self, value: Any) -> None:
        self.format = external_format(keyword("UTF-8"))

    def base_open(self, given: dict[str, Any]) -> Any:
        """Take the handles from the initarg :BASE-STREAM."""
        base = given.get("BASE-STREAM")
        self.external_format = None
        if base is not None:
            base = any_stream(base).resolve()
            self.__dict__["EXCL:INPUT-HANDLE"] = base if base.input_p else None
            self.__dict__["EXCL:OUTPUT-HANDLE"] = base if base.output_p else None
        return super().base_open(given)

    def new_buffer(self, size: int) -> Any:
        return SimpleString(" " * size)

    def octets_in(self, buffer: Any, count: int) -> bytes:
        return buffer.text()[:count].encode("utf-8", "replace")  # type: ignore[no-any-return]

    def filled_buffer(self, view: Any) -> tuple[Any, int]:
        text = bytes(view).decode("utf-8", "replace")
        return SimpleString(text + " "), len(text)  # an element too many: programs go to the end and look at it

    def octets_written(self, view: Any, count: int) -> int:
        return len(bytes(view).decode("utf-8", "replace")[:count].encode())

    def base_read_characters(self, buffer: Any, start: int, end: int, wait: bool) -> int:
        """Do as `base_read` with a string."""
        handle = self.input_handle
        if handle is None:
            return _END
        if not wait and not handle.input_is_ready():
            return _WOULD_BLOCK
        characters: list[Any] = [None] * (end - start)
        count: int = handle.read_into(characters, 0, end - start, True)
        set_items(buffer, start, [CHAR[c] for c in characters[:count]])
        return count or _END

    def base_write_characters(self, buffer: Any, start: int, end: int) -> int:
        """Do as `base_write` with a string."""
        if self.output_handle is None:
            self.no_output()
        self.output_handle.write_str(buffer.text()[start:end])
        return end - start


class TerminalSimpleStream(DualChannelSimpleStream, lisp="TERMINAL-SIMPLE-STREAM", package=EXCL):
    """What the stream of a terminal is, and streams over other devices that are to be like it."""


class NullSimpleStream(SingleChannelSimpleStream, lisp="NULL-SIMPLE-STREAM", package=EXCL):
    """A stream that is always at its end, and drops what is written."""

    def base_open(self, given: dict[str, Any]) -> Any:
        """Nothing has to be opened."""
        self.set_direction(True, True)
        return T

    def base_write(self, view: memoryview) -> int:
        """Drop it."""
        return len(view)


def _add_slots(cls: Any, *names: str, initarg: bool = False) -> None:
    """Give *cls* slots that are NIL at first, also in streams that `make-instance` has not made."""
    for name in names:
        symbol = EXCL.intern(name)
        cls._lisp.direct_slots.append(StandardDirectSlotDefinition(
            symbol, (keyword(name),) if initarg else (), initfunction=lambda: None))
        setattr(cls, symbol.key, None)


_add_slots(SimpleStream, "PLIST")
# The stream's own buffers are in Python; programs that keep theirs in these slots find them there.
_BUFFERS = ("BUFFER", "BUFFPOS", "BUFFER-PTR", "CHARPOS", "CONTROL-IN", "CONTROL-OUT", "CO-STATE", "OC-STATE")
for _class in (SingleChannelSimpleStream, DualChannelSimpleStream):
    _add_slots(_class, "INPUT-HANDLE", "OUTPUT-HANDLE", initarg=True)
    _add_slots(_class, *_BUFFERS)
_add_slots(DualChannelSimpleStream, "OUT-BUFFER", "OUTPOS", "MAX-OUT-POS")
