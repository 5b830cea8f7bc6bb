"""Loading OpenSSL: when, which, and what is said about it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from acl.ssl import library
from acl.ssl.operators import make_ssl_client_context
from acl.types.symbol import T, keyword

from .test_arguments import condition


def script(form: str, **environment: str) -> str:
    done = subprocess.run([sys.executable, "-m", "acl", "-q", "-batch", "-e", form, "-kill"], capture_output=True,
                          text=True, timeout=60, env={**os.environ, "PYTHONPATH": os.getcwd(), **environment},
                          stdin=subprocess.DEVNULL)
    return done.stdout


TRY = "(print (handler-case (progn (require :ssl) (list :loaded *aclssl-name*)) (simple-condition (c) (type-of c))))"


@pytest.mark.parametrize(("before", "environment", "expected"), [
    ("nil", {}, '(:LOADED "pyOpenSSL")'),
    ("nil", {"ACL_SSL_LIBRARY_NAMES": "libcrypto.so libssl.so"}, "ACLSSL-LOAD-ERROR"),
    ("nil", {"ACL_SSL_LIBRARY_NAMES": "libcrypto.so libssl.so", "ACL_ACLISSL_NAME": "aclissl11"}, "OPENSSL-LOAD-ERROR"),
    ("(setf *ssl-library-names* nil)", {"ACL_SSL_LIBRARY_NAMES": "a b", "ACL_ACLSSL_NAME": "aclssl11"},
     "OPENSSL-LOAD-ERROR"),
    ("(setf *ssl-library-names* (list \"a\" \"b\"))", {}, "ACLSSL-LOAD-ERROR"),
    ('(setf *ssl-library-names* (list "a" "b") *aclssl-name* "aclissl11")', {}, "OPENSSL-LOAD-ERROR"),
    ("nil", {"ACL_OPENSSL_VERSION": "11"}, "OPENSSL-LOAD-ERROR"),
    ("(setf *aclssl-version* '(1 1))", {}, "OPENSSL-LOAD-ERROR"),
    ("(setf *aclssl-version* (subseq (openssl-version) 0 2))", {"ACL_OPENSSL_VERSION": "11"}, "OPENSSL-LOAD-ERROR")])
def test_loading(before: str, environment: dict[str, str], expected: str) -> None:
    """What is asked for and is not there is told with the right condition."""
    assert expected in script(f"(progn (ignore-errors {before}) {TRY})", **environment)


@pytest.mark.parametrize(("before", "environment", "expected"), [
    ("nil", {"ACL_SSL_LIBRARY_NAMES": "libcrypto.so libssl.so", "ACL_ACLSSL_NAME": "aclssl11"},
     'The environment variable ACL_SSL_LIBRARY_NAMES asks for the OpenSSL libraries "libcrypto.so" and "libssl.so", '
     "with aclssl11; acl can only use the OpenSSL that pyOpenSSL carries.  Unset it."),
    ('(setf *ssl-library-names* "libssl.so" *aclssl-name* "x")', {},
     '*ssl-library-names* asks for the OpenSSL libraries "libssl.so", with x; acl can only use the OpenSSL that '
     "pyOpenSSL carries.  Set it to nil."),
    ("nil", {"ACL_SSL_LIBRARY_NAMES": "a b"}, "The environment variable ACL_SSL_LIBRARY_NAMES is set, so *aclssl-name* "
     "must be set too; but acl can only use the OpenSSL that pyOpenSSL carries.  Unset it."),
    ("(setf *ssl-library-names* '(\"a\" (\"b\" \"c\")))", {}, "*ssl-library-names* is set, so *aclssl-name* must be "
     "set too; but acl can only use the OpenSSL that pyOpenSSL carries.  Set it to nil."),
    ("(setf *aclssl-version* 'old)", {}, "*aclssl-version* asks for OpenSSL OLD; acl can only use"),
    ("nil", {"ACL_OPENSSL_VERSION": "11"}, "The environment variable ACL_OPENSSL_VERSION asks for OpenSSL 1.1; acl")])
def test_what_is_said(before: str, environment: dict[str, str], expected: str) -> None:
    """The message names the setting, what it asks for, and the cure."""
    form = f"(progn {before} (handler-case (require :ssl) (error (c) (format t \"~a\" c))))"
    said = script(form, **environment)
    assert expected in said and "..  " not in said and said.rstrip().endswith(("Unset it.", "Set it to nil."))


def test_loading_is_late_and_may_talk() -> None:
    modules = subprocess.run([sys.executable, "-X", "importtime", "-m", "acl", "-q", "-batch", "-e",
                              "(print (list #+ssl-support :yes 'socket:make-ssl-client-stream))", "-kill"],
                             capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                             env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert ":YES" in modules.stdout and "OpenSSL" not in modules.stderr and "acl.ssl" not in modules.stderr
    assert "; OpenSSL" in script("(require :ssl)", ACLSSL_VERBOSE="1")
    assert "; OpenSSL" not in script("(require :ssl)")
    out = script("(print (multiple-value-list (openssl-version)))")
    assert out.strip().startswith("((") and out.count('"') == 8


def test_version_numbers() -> None:
    """Old ones have a letter, new ones three numbers."""
    assert library.version_numbers(0x1010117F) == (1, 1, 1, "w", "f")
    assert library.version_numbers(0x10100000) == (1, 1, 0, "", "0")
    assert library.version_numbers(0x30500010) == (3, 5, 1, "", "0")


def test_no_pyopenssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition that says what to install; `openssl-version` and the makers signal it too."""
    monkeypatch.setattr(library, "_loaded", None)
    monkeypatch.setitem(sys.modules, "OpenSSL", None)
    for function in (library.load, library.openssl_version, make_ssl_client_context):
        problem = condition(function)
        assert type(problem).__name__ == "OPENSSL-LOAD-ERROR" and "pip install pyOpenSSL" in str(problem)


@pytest.mark.parametrize(("value", "environment", "expected"), [
    (None, "", False), (None, "1", True), (T, "", True), (keyword("QUIET"), "1", False)])
def test_verbose(value: Any, environment: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`*aclssl-verbose*` beats its environment variable."""
    from acl.runtime.dynamic import bind

    said: list[str] = []
    monkeypatch.setenv("ACLSSL_VERBOSE", environment)
    monkeypatch.setattr(library, "_say", said.append)
    with bind(library.VERBOSE, value):
        library.load()
    assert any("; OpenSSL" in text for text in said) is expected
