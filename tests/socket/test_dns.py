"""The DNS client: what the system's configuration says, servers that are not there, records of other types."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from acl.session import evaluate
from acl.socket import dns
from acl.testing.resolver import Resolver
from acl.types.array import string
from acl.types.function import FUNCTIONS

VARIABLES = "socket:*dns-configured* socket:*nameservers* socket:*domain-search-list* socket:*dns-domain*"


def lisp(text: str) -> str:
    """Return what the form *text* evaluates to, as it prints, with the configuration of DNS its own."""
    bindings = " ".join(f"({name} nil)" for name in VARIABLES.split())
    form = f"(let ({bindings} (socket:*dns-mode* '(:acldns :clib))) {text})"
    value = evaluate(FUNCTIONS["COMMON-LISP:READ-FROM-STRING"](string(form)))
    return " ".join(FUNCTIONS["COMMON-LISP:PRIN1-TO-STRING"](value).text().split())


@pytest.fixture(autouse=True)
def no_client() -> Iterator[None]:
    """The process that takes answers ends with the test, and so do its sockets."""
    yield
    lisp('(let ((p (mp:find-process "Domain Name Server Client"))) (when p (mp:process-kill p :wait t)))')


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that writes what the system's configuration is to be."""
    file = tmp_path / "resolv.conf"
    monkeypatch.setattr(dns, "RESOLV_CONF", str(file))
    return file.write_text


SEEN = """(list (socket:configure-dns :auto t) (mapcar #'socket:dns-nameserver-name socket:*nameservers*)
                socket:*domain-search-list* socket:*dns-domain* socket:*dns-mode*)"""


def test_configuration_of_the_system(configuration: Any) -> None:
    configuration("# comment\nnameserver 192.0.2.1 ; first\nnameserver ::1\nnameserver nonsense\nnameserver\n"
                  "options ndots:2\ndomain old.test\nsearch a.test b.test\n")
    assert lisp(SEEN) == '(T ("192.0.2.1" "::1") ("a.test" "b.test") "a.test" (:ACLDNS :CLIB))'


@pytest.mark.parametrize("text", ["", "search only.test\n", None])
def test_no_name_server(configuration: Any, text: str | None) -> None:
    """Then the C library is asked."""
    if text is not None:
        configuration(text)
    domain = '("only.test") "only.test"' if text else "NIL NIL"
    assert lisp(SEEN) == f"(NIL NIL {domain} :CLIB)"
    assert lisp('(progn (socket:configure-dns :auto t) (multiple-value-list (socket:dns-query "a.test" :timeout 0)))') \
        == "(NIL NIL NIL NIL)"


def test_servers_that_are_not_there() -> None:
    """One that nobody listens at, one that cannot be reached: the next is asked."""
    with Resolver({"a.test": ["A 127.0.0.7"]}) as resolver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
        gone.close()
        servers = f"'((\"127.0.0.1\" . {port}) (\"fe80::1\" . 53) (\"127.0.0.1\" . {resolver.port}))"
        for queue in ("t", "nil"):
            assert lisp(f"""(progn (socket:configure-dns :nameserver {servers})
                              (values (socket:dns-query "a.test" :queue {queue} :repeat 3 :timeout 1/5)))""") \
                == str(0x7F000007)
        assert lisp(f'(values (socket:dns-query "a.test" :nameserver {servers} :repeat 3 :timeout 0.2))') \
            == str(0x7F000007)


@pytest.fixture
def six() -> Iterator[int]:
    """The port of a name server that has an IPv6 address only; it passes questions on."""
    with Resolver({"a.test": ["A 127.0.0.7"]}) as resolver, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as front:
        front.bind(("::1", 0))
        front.settimeout(60)

        def pass_on() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
                back.settimeout(60)
                for _ in range(2):
                    question, sender = front.recvfrom(5000)
                    back.sendto(question, ("127.0.0.1", resolver.port))
                    front.sendto(back.recv(5000), sender)

        thread = threading.Thread(target=pass_on)
        thread.start()
        yield front.getsockname()[1]
        thread.join()


def test_server_with_an_ipv6_address(six: int) -> None:
    assert lisp(f"""(list (progn (socket:configure-dns :nameserver '(("::1" . {six})))
                                 (values (socket:dns-query "a.test")))
                          (values (socket:dns-query "a.test" :nameserver '("::1" . {six}))))""") \
        == "(2130706439 2130706439)"


def test_records_of_other_types() -> None:
    """They are there in the raw response: names as such, anything else as text; numbers stand for unknown types."""
    zone = {"a.test": ["SOA ns.test. admin.test. 1 2 3 4 5", "NS ns.test.", "HINFO \"a\" \"b\"", "A 1.2.3.4"],
            "circle.test": ["CNAME back.test."], "back.test": ["CNAME circle.test."]}
    with Resolver(zone) as resolver:
        server = f"'(\"127.0.0.1\" . {resolver.port})"
        assert lisp(f"""(let ((r (socket:dns-query "a.test" :type :any :decode nil :nameserver {server})))
                          (sort (mapcar (lambda (x) (list (socket:dns-rr-type x) (socket:dns-rr-answer x)))
                                        (socket:dns-response-answer r))
                                #'string< :key #'first))""") == \
            '((:A 16909060) (:HINFO "\\"a\\" \\"b\\"") (:NS "ns.test") (:SOA "ns.test. admin.test. 1 2 3 4 5"))'
        assert lisp(f"""(let* ((r (socket:dns-query "a.test" :decode nil :nameserver {server}))
                               (rr (first (socket:dns-response-answer r))))
                          (list (search "dns-response " (princ-to-string r))
                                (search "dns-rr a.test" (princ-to-string rr))
                                (socket:dns-query "no.test" :decode nil :search t :nameserver {server})))""") \
            .startswith("(2 2 #<dns-response ")
        circle = lisp(f'(multiple-value-list (socket:dns-query "circle.test" :nameserver {server}))')
        assert circle.startswith("(NIL NIL")


def test_caches_do_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from acl.socket import names

    monkeypatch.setattr(dns, "_MOST", 3)
    monkeypatch.setattr(names, "_MOST", 3)
    with Resolver({f"n{i}.test": [f"A 1.2.3.{i}"] for i in range(8)}) as resolver:
        assert lisp(f"""(progn (socket:configure-dns :nameserver '("127.0.0.1" . {resolver.port}))
                          (loop for i below 8
                                collect (logand 255 (socket:lookup-hostname (format nil "n~d.test" i)))))""") \
            == "(0 1 2 3 4 5 6 7)"
    assert len(dns._cache) <= 3 and len(names._cache) <= 3
