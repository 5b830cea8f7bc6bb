"""Simple streams at device level: the generic functions that a program defines methods on, and what goes with them."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.builtins.streams.sequences import bounds
from acl.clos.generic import standard_generic
from acl.expand.template import template
from acl.streams.base import WOULD_BLOCK, Stream, any_stream
from acl.streams.devices import BidirectionalCharacterEncapsulatingStream, DeviceStream
from acl.streams.octet_input import FIRST_SIZE
from acl.streams.octets import OctetStream
from acl.types.array import SpecializedVector, is_string, set_items
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.cons import from_iterable, to_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, keyword


def _octet_stream(x: Any) -> Any:
    if not isinstance(x, OctetStream):
        wrong_type(x, "EXCL:SIMPLE-STREAM")
    return x


def _octets(buffer: Any, start: Any, end: Any) -> memoryview:
    """Return part of a vector of octets; END NIL is its end."""
    if type(buffer) is not SpecializedVector or not isinstance(buffer.data, bytearray):
        wrong_type(buffer, "VECTOR")
    low, high = start or 0, len(buffer.data) if end is None else end
    return memoryview(buffer.data)[low:high]


def _is_definable(stream: Any) -> bool:
    """True if the stream's device is what the generic functions say, not one of the system's."""
    return isinstance(stream, DeviceStream) and type(stream).device_read_into is DeviceStream.device_read_into


@standard_generic("DEVICE-OPEN", "stream slot-names initargs", package=EXCL)
def device_open(stream: Any, slot_names: Any, initargs: Any) -> Any:
    """Open the device of the new STREAM, which was made with INITARGS, a property list; NIL if that is impossible.

    By default direction and handles are those of INITARGS, and a :FILENAME is opened.
    """
    given = to_list(initargs)
    return _octet_stream(stream).base_open({k.name: v for k, v in zip(given[::2], given[1::2], strict=False)})


@standard_generic("DEVICE-CLOSE", "stream abort", package=EXCL)
def device_close(stream: Any, abort: Any) -> Any:
    """Close the device of STREAM; what is buffered has been sent, unless ABORT is true.

    By default descriptors are closed; a stream that is encapsulated is not.
    """
    if _is_definable(stream):
        stream.base_close(abort is not None)
    return T


@standard_generic("DEVICE-EXTEND", "stream need action", package=EXCL)
def device_extend(stream: Any, need: Any, action: Any) -> Any:
    """Make the buffer of STREAM larger by NEED octets.  Buffers here grow by themselves, so nobody calls this."""
    return None


@standard_generic("DEVICE-READ", "stream buffer start end blocking", package=EXCL)
def device_read(stream: Any, buffer: Any, start: Any, end: Any, blocking: Any) -> int:
    """Read octets from the device of STREAM into BUFFER, a vector of octets, from START to END.

    Of a stream of characters over another one BUFFER is a string, and characters count.

    Return how many; 0 or -3 if none have come and BLOCKING is NIL, -1 at the end of the file, less for an error.
    With BLOCKING 0 means the end of the file too, and -3 that there will be more.
    By default they come from the input handle, a descriptor or a stream.
    """
    if isinstance(stream, BidirectionalCharacterEncapsulatingStream) and is_string(buffer):
        return stream.base_read_characters(buffer, *bounds(len(buffer.text()), start or 0, end), blocking is not None)
    view = _octets(buffer, start, end)
    if _is_definable(stream):
        return int(stream.base_read(view, blocking is not None))
    got = _octet_stream(stream).device_read_into(view, blocking is not None)
    return -3 if got is None else got or -1


@standard_generic("DEVICE-WRITE", "stream buffer start end blocking", package=EXCL)
def device_write(stream: Any, buffer: Any, start: Any, end: Any, blocking: Any) -> int:
    """Write the octets of the vector BUFFER from START to END to the device of STREAM; return how many were written.

    Less than 0 is an error.  By default they go to the output handle, a descriptor or a stream.
    """
    if isinstance(stream, BidirectionalCharacterEncapsulatingStream) and is_string(buffer):
        return stream.base_write_characters(buffer, *bounds(len(buffer.text()), start or 0, end))
    view = _octets(buffer, start, end)
    return int(stream.base_write(view) if _is_definable(stream) else _octet_stream(stream).device_write(view))


@standard_generic("DEVICE-BUFFER-LENGTH", "stream", package=EXCL)
def device_buffer_length(stream: Any) -> int:
    """Return how many octets STREAM reads from its device at once."""
    return FIRST_SIZE


@standard_generic("DEVICE-FILE-POSITION", "stream", package=EXCL)
def device_file_position(stream: Any) -> Any:
    """Return the position of the device of STREAM in octets, NIL if it has none; can be set by `setf`."""
    return None if _is_definable(stream) else _octet_stream(stream).file_position()


@standard_generic("DEVICE-FILE-POSITION", "position stream", package=EXCL, setf=True)
def set_device_file_position(position: Any, stream: Any) -> Any:
    """Move the device of STREAM to POSITION; return NIL if that is impossible."""
    if _is_definable(stream):
        return None
    return position if _octet_stream(stream).set_file_position(position) else None


@standard_generic("DEVICE-FILE-LENGTH", "stream", package=EXCL)
def device_file_length(stream: Any) -> Any:
    """Return the length of the file behind STREAM in octets, NIL if there is none."""
    return None if _is_definable(stream) else _octet_stream(stream).file_length()


@standard_generic("DEVICE-CLEAR-INPUT", "stream buffer-only", package=EXCL)
def device_clear_input(stream: Any, buffer_only: Any) -> Any:
    """Drop the input that waits in the device of STREAM; by default there is none."""
    return None


@standard_generic("DEVICE-CLEAR-OUTPUT", "stream", package=EXCL)
def device_clear_output(stream: Any) -> Any:
    """Drop the output that waits in the device of STREAM; by default there is none."""
    return None


@standard_generic("DEVICE-FINISH-RECORD", "stream blocking action", package=EXCL)
def device_finish_record(stream: Any, blocking: Any, action: Any) -> Any:
    """End a record of STREAM's device; by default there are no records, and NIL is returned."""
    return None


def _initialize(stream: Any, names: Any, *initargs: Any) -> Any:
    """Fill the slots of a new simple stream, then open its device."""
    from acl.clos.instances import shared_initialize

    shared_initialize(stream, names, initargs)
    if names is T:
        stream.open_device(names, from_iterable(initargs))
    return stream


def _install() -> None:
    """Give `shared-initialize` a method for simple streams, as a program would: so instances are made by it."""
    import acl.builtins.objects.generics  # noqa: F401 - defines `shared-initialize`
    from acl.clos.generic import StandardMethod

    gf = FUNCTIONS["COMMON-LISP:SHARED-INITIALIZE"].gf
    base = gf.methods[0]
    method = StandardMethod((), (DeviceStream, *base.specializers[1:]), base.lambda_list, _initialize)
    method.shape, method.gf = base.shape, gf
    gf.methods.append(method)
    gf.customised = True


# Defining

_DEFCLASS = template("(defclass ,name ,supers ,slots ,@options)")
_PROGN = template("(progn ,@body)")
_SLOT = template("(slot-value ,stream ',slot)")
_FORMAT = EXCL.export("EXTERNAL-FORMAT")
_FORMAT_OF = template("(stream-external-format ,stream)")


@macro("DEF-STREAM-CLASS", "name superclasses slots &rest options", package=EXCL)
def def_stream_class(form: Any, env: Any) -> Any:
    """Define a class of streams, as `defclass` does; a superclass is `single-` or `dual-channel-simple-stream`."""
    name, supers, slots, *options = to_list(form.cdr)
    return _DEFCLASS(name=name, supers=supers, slots=slots, options=options)


@macro("WITH-STREAM-CLASS", "(class &optional stream) &body body", package=EXCL)
def with_stream_class(form: Any, env: Any) -> Any:
    """Evaluate BODY, in which `sm` accesses slots of STREAM, an instance of CLASS."""
    return _PROGN(body=form.cdr.cdr)


# The operations on characters, by the names of the slots that Allegro has them in


@builtin("J-READ-CHAR", "stream &optional (eof-error-p t) eof-value (blocking t)", package=EXCL, export=False)
def _j_read_char(stream: Any, eof_error_p: Any = T, eof_value: Any = None, blocking: Any = T) -> Any:
    """Read a character of STREAM; NIL if none has come and BLOCKING is NIL."""
    stream = any_stream(stream).resolve()
    c = stream.read_char() if blocking is not None else stream.read_char_no_hang()
    if c is WOULD_BLOCK:
        return None
    if c is None:
        return eof_value if eof_error_p is None else stream.end_of_file()
    return CHAR[c]


@builtin("J-READ-CHARS", "stream string search start end blocking", package=EXCL, export=False, values=True)
def _j_read_chars(stream: Any, string: Any, search: Any, start: Any, end: Any, blocking: Any) -> tuple[Any, ...]:
    """Read characters of STREAM into STRING up to the character SEARCH, which is read too but not stored.

    Return how many were stored, and T if SEARCH was found, :EOF at the end of the file.  If BLOCKING is NIL only what
    has come is read.
    """
    stream = any_stream(stream).resolve()
    start, end = bounds(len(string.text()), start, end)
    got: list[Any] = []
    done: Any = None
    while done is None and start + len(got) < end:
        c = stream.read_char() if blocking is not None else stream.read_char_no_hang()
        if c is WOULD_BLOCK:
            break
        done = keyword("EOF") if c is None else T if c == search else None
        if done is None:
            got.append(CHAR[c])
    set_items(string, start, got)
    return len(got), done


@builtin("J-LISTEN", "stream", package=EXCL, export=False)
def _j_listen(stream: Any) -> Any:
    """Return true if a character of STREAM has come."""
    return T if any_stream(stream).resolve().listen() else None


@builtin("J-WRITE-CHAR", "character stream", package=EXCL, export=False)
def _j_write_char(character: Any, stream: Any) -> Any:
    """Write CHARACTER to STREAM; return it."""
    any_stream(stream).write_char(character)
    return character


@builtin("J-WRITE-CHARS", "string stream start end", package=EXCL, export=False)
def _j_write_chars(string: Any, stream: Any, start: Any, end: Any) -> Any:
    """Write part of STRING to STREAM; return STRING."""
    start, end = bounds(len(string.text()), start, end)
    any_stream(stream).write_str(string.text()[start:end])
    return string


@builtin("%STREAM-HANDLER", "slot stream", package=SYSTEM, export=False)
def stream_handler(slot: Any, stream: Any) -> Any:
    """Return the function in the slot SLOT of STREAM; those of Allegro's names have the operations above."""
    if slot.name.startswith("J-"):
        own = FUNCTIONS.get("EXCL:" + slot.name)
        if own is not None:
            return own
    return FUNCTIONS["COMMON-LISP:SLOT-VALUE"](stream, slot)


_CALL = template("(let ((#:stream ,stream)) (funcall (%stream-handler ',slot #:stream) #:stream ,@args))")
_CALL_2 = template("(let* ((#:arg ,arg) (#:stream ,stream)) "
                   "(funcall (%stream-handler ',slot #:stream) #:arg #:stream ,@args))")


@macro("FUNCALL-STM-HANDLER", "slot stream &rest args", package=EXCL)
def funcall_stm_handler(form: Any, env: Any) -> Any:
    """Call the function in the slot SLOT of STREAM with STREAM and ARGS; return its values.

    SLOT is one that a class of the program has, or `excl::j-read-char`, `j-read-chars` or `j-listen`.
    """
    slot, stream, *args = to_list(form.cdr)
    return _CALL(slot=slot, stream=stream, args=args)


@macro("FUNCALL-STM-HANDLER-2", "slot arg1 stream &rest args", package=EXCL)
def funcall_stm_handler_2(form: Any, env: Any) -> Any:
    """Call the function in the slot SLOT of STREAM with ARG1, STREAM and ARGS; return its values.

    SLOT is one that a class of the program has, or `excl::j-write-char` or `j-write-chars`.
    """
    slot, arg, stream, *args = to_list(form.cdr)
    return _CALL_2(slot=slot, arg=arg, stream=stream, args=args)


@macro("SM", "slot stream", package=EXCL)
def sm(form: Any, env: Any) -> Any:
    """Return the value of the slot named SLOT of STREAM; can be set by `setf`."""
    slot, stream = form.cdr.car, form.cdr.cdr.car
    return _FORMAT_OF(stream=stream) if slot is _FORMAT else _SLOT(slot=slot, stream=stream)


def _flags(stream: Any, flags: tuple[Any, ...], value: bool) -> Any:
    names = {flag.name for flag in flags if type(flag) is Symbol}
    if not isinstance(stream, DeviceStream):
        wrong_type(stream, "EXCL:SIMPLE-STREAM")
    stream.set_direction(value if "INPUT" in names else stream.input_p, value if "OUTPUT" in names else stream.output_p)
    return None


@builtin("ADD-STREAM-INSTANCE-FLAGS", "stream &rest flags", package=EXCL)
def add_stream_instance_flags(stream: Any, *flags: Any) -> Any:
    """Say of STREAM what FLAGS are: :INPUT can be read, :OUTPUT can be written; :SIMPLE, :DUAL, :STRING go without."""
    return _flags(stream, flags, True)


@builtin("REMOVE-STREAM-INSTANCE-FLAGS", "stream &rest flags", package=EXCL)
def remove_stream_instance_flags(stream: Any, *flags: Any) -> Any:
    """Undo `add-stream-instance-flags`."""
    return _flags(stream, flags, False)


def _strategy(name: str) -> None:
    @builtin(name, "stream external-format access", package=EXCL)
    def install(stream: Any, external_format: Any, access: Any) -> Any:
        """Have STREAM use EXTERNAL-FORMAT (NIL: the one it has) for characters; return it.  ACCESS is ignored."""
        if external_format is not None:
            any_stream(stream).external_format = external_format
        return stream


for _name in ("INSTALL-SINGLE-CHANNEL-CHARACTER-STRATEGY", "INSTALL-DUAL-CHANNEL-CHARACTER-STRATEGY"):
    _strategy(_name)
variable("*STD-CONTROL-OUT-TABLE*", None, "What writes control characters, for the slot CONTROL-OUT: nothing.",
         package=EXCL, export=False)


@builtin("SET-SC-STREAM-EXTERNAL-FORMAT-BODY", "stream external-format &key access", package=EXCL, export=False)
def _set_external_format(stream: Any, external_format: Any, *, access: Any = None) -> Any:
    """Have STREAM use EXTERNAL-FORMAT for characters; return it.  ACCESS names the slot of its buffer."""
    any_stream(stream).external_format = external_format
    return stream


# Octets of any stream, as devices move them

@builtin("READ-OCTETS", "stream buffer start end blocking", package=EXCL)
def read_octets(stream: Any, buffer: Any, start: Any, end: Any, blocking: Any) -> int:
    """Read octets from STREAM, what it has buffered first, into BUFFER; what is returned is as of `device-read`."""
    view = _octets(buffer, start, end)
    stream = any_stream(stream).resolve()
    if blocking is None and not stream.input_is_ready():
        return -3
    octets = bytearray(len(view))
    count: int = stream.read_into(octets, 0, len(octets), True)
    view[:count] = octets[:count]
    return count if count or not len(view) else -1


@builtin("WRITE-OCTETS", "stream buffer start end blocking", package=EXCL)
def write_octets(stream: Any, buffer: Any, start: Any, end: Any, blocking: Any) -> int:
    """Write octets of the vector BUFFER to STREAM, which may buffer them; return how many: all."""
    view = _octets(buffer, start, end)
    any_stream(stream).resolve().write_from(bytes(view))
    return len(view)


@builtin("WRITE-ALL-OCTETS", "stream buffer start end", package=EXCL)
def write_all_octets(stream: Any, buffer: Any, start: Any, end: Any) -> int:
    """Write octets of the vector BUFFER to STREAM, all of them; return how many."""
    return write_octets(stream, buffer, start, end, T)


# Handles and properties

def _handle(name: str, write: bool) -> None:
    def reader(stream: Any) -> Any:
        x = any_stream(stream).resolve()
        if isinstance(x, DeviceStream):
            handle = x.output_handle if write else x.input_handle
            if handle is not None:
                return handle
        return getattr(x, "out_fd" if write else "in_fd", None)

    reader.__doc__ = f"Return what STREAM {'writes to' if write else 'reads from'}: a descriptor, a stream, or NIL."
    builtin(name, "stream", package=EXCL)(reader)


_handle("STREAM-INPUT-HANDLE", False)
_handle("STREAM-OUTPUT-HANDLE", True)


@builtin("STREAM-PROPERTY-LIST", "stream", package=EXCL)
def stream_property_list(stream: Any) -> Any:
    """Return the property list of STREAM, which is for the application."""
    return any_stream(stream).__dict__.get("EXCL:PLIST")


@builtin("STREAM-PROPERTY-LIST", "new stream", package=EXCL, setf=True)
def set_stream_property_list(new: Any, stream: Any) -> Any:
    """Set the property list of STREAM."""
    any_stream(stream).__dict__["EXCL:PLIST"] = new
    return new


@builtin("RECORD-STREAM-ADVANCE-TO-EOF", "stream", package=EXCL)
def record_stream_advance_to_eof(stream: Any) -> Any:
    """Read and drop what is left of the record that STREAM is in: of a chunked body, or of the file."""
    octets = bytearray(FIRST_SIZE)
    x: Stream = any_stream(stream).resolve()
    while x.read_into(octets, 0, len(octets), True):
        pass
    return T


_install()
