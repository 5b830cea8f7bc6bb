"""The cache of loaded source files: `load` compiles a file once, as long as nothing that could matter has changed.

What a form compiles to depends on all that was defined before it.  So a file is cached only for a Lisp whose account
(`acl.expand.chain`) tells exactly what that is, and only as far as its forms' effects follow from their text
(`acl.compiler.proof`): the first form of which this cannot be proved, and all behind it, are compiled at each load.

A cache file belongs to a source file and an account; it holds the text's digest and, of each form, where it ends, the
symbols that reading it made, and its units as in a compiled file.  It lies in the user's cache folder, which must be
his and closed to others, since it is code; a file that is out of date or damaged is as good as none.  `ACL_CACHE=off`
in the environment, or NIL as the value of `excl:*cache-loaded-files*`, does without.
"""

from __future__ import annotations

import os
import stat
from functools import partial
from typing import Any, NamedTuple

from acl.builtins.declare import variable
from acl.compiler import compile_form, fasl
from acl.compiler.proof import decided, pure
from acl.compiler.recovery import Origin, form_in
from acl.compiler.toplevel import TopLevel
from acl.compiler.unit import Unit, function_info
from acl.expand import chain
from acl.expand.environment import NULL_ENVIRONMENT
from acl.reader import TextSource, prepare
from acl.reader.variables import PACKAGE
from acl.runtime.condition_classes import class_named
from acl.runtime.dynamic import current
from acl.types.cons import Cons, to_list
from acl.types.symbol import EXCL, Symbol, T, cl, find_package

ENABLED = variable("*CACHE-LOADED-FILES*", T, "If true, `load` keeps what it has compiled in the user's cache folder.",
                   package=EXCL)
_LEAST = 256
"""A text of fewer characters is not worth a file."""
_VERSION = 1
_WARNING = class_named("WARNING")


class Record(NamedTuple):
    """What is cached of a form: the account before it, where it ends, the symbols that reading it made, its units."""

    account: str
    end: int
    symbols: tuple[tuple[str, str], ...]
    units: tuple[Any, ...]


class _Refused(Exception):
    """An object cannot be written."""


def find(text: str, path: str) -> Cache | None:
    """Return the cache of the file *path* with contents *text*; None if it cannot have one, here and now."""
    if (chain.digest is None or len(text) < _LEAST or ENABLED.value is None
            or os.environ.get("ACL_CACHE", "").lower() in ("off", "0", "no")):
        return None
    from acl.bytecode import cache_directory

    folder = cache_directory()
    return None if folder is None else Cache(text, path, folder)


class Cache:
    """The cache of one file, for one load of it, in the cache folder *folder*."""

    def __init__(self, text: str, path: str, folder: str) -> None:
        self.path = path
        key = "\0".join([path, str(chain.digest), PACKAGE.value.name, *_reader_state()])
        self.file = os.path.join(folder, "loaded", _hash(key) + ".cache")
        self.head = b"acl load %d %s\n" % (_VERSION, _hash(f"{text}\0{fasl.cache_name()}").encode())
        self.records, self.complete = self._read()
        self.fresh = False
        self.recording = not self.records and not self.complete

    # ----------------------------------------------------------------- the file

    def _read(self) -> tuple[list[Record], bool]:
        """Return the records, and whether there is a file that can be believed."""
        try:
            with open(self.file, "rb") as file:
                status = os.fstat(file.fileno())
                if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o022:
                    return [], False
                data = file.read()
            if not data.startswith(self.head):
                return [], False
            return [Record(*written) for written in fasl.contents(data[len(self.head):])], True
        except (OSError, ValueError, EOFError, TypeError, fasl.CorruptFile):
            return [], False

    def save(self) -> None:
        """Write the records, if there are new ones and it is allowed; whatever prevents it does not matter."""
        if not self.fresh:
            return
        from acl.bytecode import write_file

        try:
            os.makedirs(os.path.dirname(self.file), mode=0o700, exist_ok=True)
            write_file(self.file, self.head + fasl.dump(tuple(record) for record in self.records), mode=0o600)
        except (OSError, ValueError):
            return

    # ----------------------------------------------------------------- using it

    def replay(self, source: TextSource) -> Any:
        """Run what is cached, form by form; yield the values of each.  *source* is then behind the last form."""
        for number, record in enumerate(self.records):
            if chain.digest != record.account:  # a file that is loaded inside this one is another than it was
                del self.records[number:]
                self.recording = chain.digest is not None
                return
            start, package = source.pos, PACKAGE.value.name
            prepare(source)
            for home, name in record.symbols:
                found = find_package(home)
                if found is not None:
                    found.intern(name)
            values: tuple[Any, ...] = (None,)
            reader = fasl.Reader()
            for index, written in enumerate(record.units):
                unit = reader.unit(written)
                unit.recover = partial(_recovered, source.text, Origin(self.path, start, 0, 0, package, index))
                values = unit.link()()
            source.pos = record.end
            chain.extend(source.text[start:record.end])
            yield values

    def evaluate(self, form: Any, source: TextSource, start: int, symbols: tuple[tuple[str, str], ...]) -> Any:
        """Evaluate *form*, which began at *start* of the text; record it if that is sound.  Return its values."""
        writer = fasl.Writer(_refuse, _refuse)
        units: list[Any] = []

        def run(part: Any, env: Any) -> Any:
            with chain.compiling() as used:
                warned = _Warned()
                state = current()
                saved, state.handlers = state.handlers, (((_WARNING, warned),), state.handlers)
                try:
                    unit = compile_form(part, env, self.path, source.positions)
                finally:
                    state.handlers = saved
            if self.recording and (warned.happened or env is not NULL_ENVIRONMENT or not _sound(unit, used, unit)):
                self.stop()
            if self.recording:
                try:
                    units.append(writer.unit(unit))
                except _Refused:
                    self.stop()
            return unit.link()()

        account = str(chain.digest)
        if "#." in source.text[start:source.pos]:
            self.stop()
        with chain.compiling() as used:  # what the walk through the top-level form expands
            top = TopLevel(_outside(used, run), None, source.positions)
            values = top.whole(form) if type(form) is Cons else run(form, NULL_ENVIRONMENT)
            if not _sound(None, used, None):
                self.stop()
        self.recording = self.recording and chain.digest is not None
        if self.recording:
            self.records.append(Record(account, source.pos, symbols, tuple(units)))
            self.fresh = True
            chain.extend(source.text[start:source.pos])
        return values

    def stop(self) -> None:
        """Record no more: from here on the text does not decide what is defined."""
        self.recording = False
        self.fresh = True
        chain.end()


def _outside(used: list[Any], run: Any) -> Any:
    """Return *run* as a function that does not count what it uses as used by the walk."""
    def called(part: Any, env: Any) -> Any:
        saved, chain.used = chain.used, None
        try:
            return run(part, env)
        finally:
            chain.used = saved

    return called


class _Warned:
    """A handler that notes that it was called, and declines."""

    happened = False

    def __call__(self, condition: Any) -> None:
        self.happened = True


def _sound(unit: Any, used: list[Any], own: Any) -> bool:
    """True if *unit*, compiled with the help of what was *used*, depends on nothing but texts."""
    for each in used:
        if isinstance(each, Unit):
            if each is not own:
                return False  # a local macro: its function was compiled on the way
        elif function_info(each) is not None:
            if not pure(each):
                return False
        elif not chain.is_own(each):
            return False
    return unit is None or decided(unit)


def _refuse(x: Any) -> Any:
    raise _Refused


def _recovered(text: str, origin: Origin) -> tuple[Any, Any, str]:
    """Return the form, its environment and the name of its file that a cached unit of *origin* was compiled from."""
    return (*form_in(text, origin, compiled=False), origin.path)


# ---------------------------------------------------------------------------------------------- keys and places


def _hash(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def _reader_state() -> list[str]:
    """Return what, besides definitions, decides how a text is read."""
    from acl.builtins.casemode import CURRENT

    features = [x.name if type(x) is Symbol else "?" for x in to_list(cl("*FEATURES*").value)]
    return [CURRENT.value.name, str(cl("*READ-BASE*").value), str(cl("*READ-DEFAULT-FLOAT-FORMAT*").value), *features]
