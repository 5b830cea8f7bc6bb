"""Whole directories, walked and copied (Allegro's documentation: Operating System Interface, section 3)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.excl.osi import copy_file
from acl.builtins.files import entry_matches, folders_of, pathname_as_directory, tell
from acl.builtins.pathnames import file_error, native_namestring, physical, to_pathname, wild_pathname_p
from acl.builtins.streams.files import os_fault
from acl.reader.designators import string_text
from acl.runtime.predicates import function_of, truth
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.pathname import WILD, Pathname, parse_native
from acl.types.symbol import EXCL, T, cl, keyword


def _entries(folder: str, enter: Callable[[str], bool], seen: set[tuple[int, int]]) -> Iterator[str]:
    """Yield the names of *folder* and of all below it; those of directories, which end with a slash, first.

    *folder* ends with a slash; *enter* tells of a directory below whether it is looked at.  A directory that has been
    *seen*, by device and number, is not entered again: links may lead in a circle.
    """
    status = os.stat(folder)
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    yield folder
    for entry in sorted(os.listdir(folder)):
        path = folder + entry
        if not os.path.isdir(path):
            yield path
        elif enter(path + "/"):
            yield from _entries(path + "/", enter, seen)


def _pruner(given: Any, lisp: Callable[[str], Any]) -> Callable[[str], bool]:
    """Return a predicate of names of directories: true for those that PRUNE-DIRECTORIES says to leave out."""
    if given is None or type(given) is Cons:
        names = {string_text(name) for name in to_list(given)}
        return lambda path: os.path.basename(path[:-1]) in names
    test = truth(given)
    return lambda path: bool(test(lisp(path)))


def _namer(file_type: Any) -> Callable[[str], Any]:
    """Return the function that makes of a name what :FILE-TYPE says is passed to Lisp."""
    if file_type is keyword("STRING"):
        return SimpleString
    if file_type is not keyword("PATHNAME"):
        wrong_type(file_type, lisp_list(cl("MEMBER"), keyword("PATHNAME"), keyword("STRING")))
    return parse_native


@builtin("MAP-OVER-DIRECTORY", "function directory &key filter prune-directories include-directories (recurse t) "
         "(file-type :pathname) (follow-symbolic-links t)", package=EXCL)
def map_over_directory(function: Any, directory: Any, *, filter: Any = None, prune_directories: Any = None,
                       include_directories: Any = None, recurse: Any = T, file_type: Any = keyword("PATHNAME"),
                       follow_symbolic_links: Any = T) -> None:
    """Call FUNCTION with each file below DIRECTORY that FILTER, if given, is true of; return NIL.

    Files are pathnames, or with FILE-TYPE :STRING strings.  A DIRECTORY with wildcards stands for all that match.  With
    INCLUDE-DIRECTORIES, FUNCTION is called with directories too, DIRECTORY first of all.  PRUNE-DIRECTORIES, names or a
    predicate, are left out; with RECURSE NIL all directories below are, with FOLLOW-SYMBOLIC-LINKS NIL those that are
    links.
    """
    call, lisp = function_of(function), _namer(file_type)
    chosen, pruned = None if filter is None else truth(filter), _pruner(prune_directories, lisp)
    path = physical(directory)
    name, kind = path.name, path.type
    if (name is not None or kind is not None) and os.path.isdir(_plain_name(path)):
        path, name, kind = physical(pathname_as_directory(path)), None, None
    if name is None and kind is None:
        name = kind = WILD

    def enter(folder: str) -> bool:
        followed = follow_symbolic_links is not None or not os.path.islink(folder[:-1])
        return recurse is not None and followed and not pruned(folder)

    for root in folders_of(path) or [native_namestring(path.replace(name=None, type=None))]:
        try:
            for each in _entries(root, enter, set()):
                folder = each.endswith("/")
                if (include_directories is not None if folder else entry_matches(os.path.basename(each), name, kind)):
                    if chosen is None or chosen(parse_native(each)):
                        call(lisp(each))
        except OSError as problem:
            os_fault(problem, path)


def _plain_name(path: Pathname) -> str:
    """Return the name of *path* if it has no wildcards, else that of nothing."""
    return "" if wild_pathname_p(path) else native_namestring(path)


@builtin("COPY-DIRECTORY", "from to &key (quiet t) (overwrite t) force preserve-time", package=EXCL)
def copy_directory(source: Any, target: Any, *, quiet: Any = T, overwrite: Any = T, force: Any = None,
                   preserve_time: Any = None) -> Any:
    """Copy the files of the directory FROM, and all below, into the directory TO, which is made if need be.

    Unless QUIET is true, what is copied is told on *standard-output*.  The other keywords are those of `copy-file`.
    """
    start, end = (native_namestring(pathname_as_directory(each)) for each in (source, target))
    if not os.path.isdir(start):
        file_error(to_pathname(source), "~s is not a directory.", source)
    if os.path.commonpath([os.path.realpath(start), os.path.realpath(end)]) == os.path.realpath(start):
        file_error(to_pathname(target), "~s cannot be copied into ~s, which is below it.", source, target)
    try:
        for each in list(_entries(start, lambda folder: True, set())):
            copied = end + each[len(start):]
            if each.endswith("/"):
                os.makedirs(copied, exist_ok=True)
                continue
            if quiet is None:
                tell(f"; Copying {each} to {copied}")
            copy_file(parse_native(each), parse_native(copied), overwrite=overwrite, force=force,
                      preserve_time=preserve_time)
    except OSError as problem:
        os_fault(problem, to_pathname(source))
    return T


@builtin("USERNAME-TO-HOME-DIRECTORY", "name", package=EXCL)
def username_to_home_directory(name: Any) -> Any:
    """Return the home directory of the user NAME, a string, as a pathname; NIL if there is no such user."""
    import pwd

    try:
        return parse_native(pwd.getpwnam(string_text(name)).pw_dir, directory=True)
    except KeyError:
        return None
