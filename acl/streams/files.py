"""File streams: opening, positions, elements of any width, replacing a file when it is closed."""

from __future__ import annotations

import errno
import os
from typing import Any

from acl.clos.base import CLASSES, symbol_named
from acl.types.pathname import Pathname
from acl.types.symbol import CL, EXCL

from .base import SimpleStream, stream_fault
from .descriptors import FdStream


class FileStream(FdStream, lisp="FILE-STREAM"):
    """A stream over a regular file (or whatever has a name).

    `temporary` is the file that is really being written, which takes the name `path` when the stream is closed;
    `created` says that the file was made by opening it, so that `close` with abort deletes it.
    Both directions share one position of the file: reading first sends what was written, and writing first
    gives back what was read ahead.
    """

    what = "file-simple-stream"
    width = 1
    signed = False

    def __init__(self, fd: int, pathname: Pathname, path: str, input_p: bool, output_p: bool, format: Any,
                 element_type: Any = None) -> None:
        super().__init__(fd if input_p else None, fd if output_p else None, format, blocking=False)
        self.fd = fd
        self.pathname = pathname
        self.path = path
        self.temporary: str | None = None
        self.backup: str | None = None
        self.created = False
        self._element_type = element_type
        if input_p and output_p:
            self.write_str = self.write_char = self._write_str_io  # type: ignore[method-assign]
            self.write_byte = self._write_byte_io  # type: ignore[method-assign]

    @property
    def element_type(self) -> Any:
        """The element type that the file was opened with."""
        return self._element_type or CL.external["CHARACTER"]

    def describe(self) -> str:
        """Return the text for the printer."""
        if not self.is_open:
            return f'file-simple-stream #P"{self.pathname.namestring()}" closed'
        use = "input" if not self.output_p else "output" if not self.input_p else "bidirectional"
        return f'file-simple-stream #P"{self.pathname.namestring()}" for {use} pos {self.file_position()}'

    # The device: a regular file never makes us wait

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read from the file."""
        if self.output_p and wait:
            self.force_output()
        try:
            return os.readv(self.fd, [view])
        except OSError as error:
            if error.errno == errno.EAGAIN:
                return super().device_read_into(view, wait)
            return self.device_fault("reading", error, 0)

    def device_close(self, abort: bool) -> None:
        """Close the file; put it in its place, or with *abort* undo the opening."""
        os.close(self.fd)
        if self.temporary is not None:
            if abort:
                os.unlink(self.temporary)
            else:
                os.replace(self.temporary, self.path)
        elif abort and self.created:
            try:
                os.unlink(self.path)
            except OSError:
                pass
        if self.backup is not None and abort:
            os.replace(self.backup, self.path)

    # Input and output share the position

    def _to_output(self) -> None:
        """Before writing: move back over what was read ahead."""
        self._sync_input()
        if self.ipos < self.iend:
            os.lseek(self.fd, self.ipos - self.iend, os.SEEK_CUR)
        self.ipos = self.iend = 0

    def _write_str_io(self, s: str) -> None:
        if self.text or self.ipos < self.iend:
            self._to_output()
        FdStream.write_str(self, s)

    def _write_byte_io(self, octet: int) -> None:
        if self.text or self.ipos < self.iend:
            self._to_output()
        FdStream.write_byte(self, octet)

    def write_from(self, data: Any) -> None:
        """Write text or octets."""
        if self.text or self.ipos < self.iend:
            self._to_output()
        super().write_from(data)

    # Positions

    def file_position(self) -> int | None:
        """Return the position, in elements; in octets for characters."""
        self.check_open()
        try:
            here = os.lseek(self.fd, 0, os.SEEK_CUR)
        except OSError:
            return None
        if self.pieces:
            self.drain()
        self._sync_input()
        here += len(self.obuf) + len(self.unsent) - (self.iend - self.ipos)
        return here // self.width

    def set_file_position(self, position: int | str) -> bool:
        """Move to a position."""
        self.check_open()
        if self.output_p:
            self.finish_output()
        self._sync_input()
        self.ipos = self.iend = 0
        self.state = None
        try:
            if position == "end":
                os.lseek(self.fd, 0, os.SEEK_END)
            else:
                os.lseek(self.fd, 0 if position == "start" else int(position) * self.width, os.SEEK_SET)
        except (OSError, OverflowError):
            return False
        return True

    def file_length(self) -> int:
        """Return the length of the file in elements."""
        self.check_open()
        if self.output_p:
            self.finish_output()
        return os.fstat(self.fd).st_size // self.width

    def file_string_length(self, text: str) -> int:
        """Return by how much writing *text* would advance the position."""
        return len(self.format.encode(text))


class BinaryFileStream(FileStream):
    """A file of integers of `width` octets each, the low one first."""

    characters_p = False

    def __init__(self, *args: Any, bits: int, signed: bool, **keys: Any) -> None:
        super().__init__(*args, **keys)
        self.bits = bits
        self.width = max((bits + 7) // 8, 1)
        self.signed = signed
        self.octets_p = bits == 8 and not signed
        self.low = -(1 << (bits - 1)) if signed else 0
        self.high = (1 << (bits - signed)) - 1
        if self.output_p and not self.octets_p:
            self.write_byte = self._write_element  # type: ignore[assignment, method-assign]

    def read_byte(self) -> int | None:
        """Read an element."""
        if self.width == 1 and not self.signed:
            return super().read_byte()
        buffer = bytearray(self.width)
        if self.read_octets_into(buffer, 0, self.width, False) < self.width:
            return None
        return int.from_bytes(buffer, "little", signed=self.signed)

    def _write_element(self, element: int) -> None:
        if not self.low <= element <= self.high:
            raise ValueError(element)
        self.write_from(element.to_bytes(self.width, "little", signed=self.signed))


class DirectSimpleStream(SimpleStream, lisp="DIRECT-SIMPLE-STREAM", package=EXCL):
    """What a stream is whose buffer is the device itself."""


class MappedFileStream(FileStream, DirectSimpleStream, lisp="MAPPED-FILE-SIMPLE-STREAM", package=EXCL):
    """What `open` with :MAPPED returns: a file whose length stays as it is."""

    what = "mapped-file-simple-stream"

    def describe(self) -> str:
        """Return the text for the printer."""
        return super().describe().replace("file-simple", "mapped-file-simple", 1).replace(" for ", " mapped for ", 1)

    def device_write(self, view: Any) -> int:
        """Write what has room in the file; an error behind its end."""
        room = os.fstat(self.fd).st_size - os.lseek(self.fd, 0, os.SEEK_CUR)
        if room <= 0:
            self.unsent = b""  # it can never be written
            stream_fault("STREAM-ERROR", "~s is mapped: nothing can be written behind the end of the file.", self,
                         stream=self)
        return super().device_write(view[:room] if room < len(view) else view)


class ProbeStream(FileStream, lisp="PROBE-SIMPLE-STREAM", package=EXCL):
    """What `open` with :PROBE returns: a closed stream that has a pathname."""

    what = "probe-simple-stream"

    def __init__(self, pathname: Pathname, path: str) -> None:
        super().__init__(-1, pathname, path, False, False, None)
        self.is_open = False


CLASSES[symbol_named("FILE-SIMPLE-STREAM", EXCL)] = FileStream
