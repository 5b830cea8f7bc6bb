"""The fault proxy, the resolver, the stream contract and the leak counters, for Lisp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.clos.base import StandardObject
from acl.expand.template import template
from acl.runtime.functions import coerce_function
from acl.streams.base import any_stream
from acl.testing.faults import FaultProxy, Faults
from acl.testing.leaks import live_threads, no_leaks, open_descriptors
from acl.testing.resolver import Resolver
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.function import call_values
from acl.types.symbol import ACL_TESTING, SYSTEM, Symbol

# The fault proxy


class LispProxy(StandardObject, lisp="FAULT-PROXY", package=ACL_TESTING):
    """A `FaultProxy` as Lisp sees it."""

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        host, port = self.proxy.remote
        return f"fault-proxy on port {self.proxy.port} before {host}/{port}"


_FAULTS = "delay rate slice cut-after (cut :fin) stall-after (direction :both)"


def _faults(given: dict[str, Any]) -> Faults:
    """Return the faults for keyword arguments of Lisp."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if type(value) is Symbol:
            value = value.name.lower()
        elif name in ("delay", "rate"):
            value = float(value)
        values[name] = value
    if values.get("cut", "fin") not in ("fin", "rst"):
        wrong_type(given["cut"], "KEYWORD")
    if values.get("direction", "both") not in ("both", "to-client", "to-server"):
        wrong_type(given["direction"], "KEYWORD")
    return Faults(**values)


@builtin("MAKE-FAULT-PROXY", "&key remote-port (remote-host \"127.0.0.1\") refuse " + _FAULTS, package=ACL_TESTING)
def make_fault_proxy(*, remote_port: Any = None, remote_host: Any = None, **faults: Any) -> LispProxy:
    """Return a proxy before the server at REMOTE-HOST and REMOTE-PORT that spoils the connections made to it.

    DELAY: each piece is so many seconds late.  RATE: octets a second.  SLICE: most octets of a piece.  CUT-AFTER: after
    so many octets both ends see the connection end, by CUT, :FIN or :RST.  STALL-AFTER: after so many nothing moves.
    DIRECTION says which octets count: :BOTH, :TO-CLIENT or :TO-SERVER.  REFUSE: nobody can connect.
    """
    if type(remote_port) is not int:
        wrong_type(remote_port, "INTEGER")
    host = str(remote_host) if remote_host is not None else "127.0.0.1"
    return LispProxy(FaultProxy((host, remote_port), _faults(faults)))


def _proxy(x: Any) -> FaultProxy:
    if not isinstance(x, LispProxy):
        wrong_type(x, "ACL-TESTING:FAULT-PROXY")
    return x.proxy


@builtin("FAULT-PROXY-PORT", "proxy", package=ACL_TESTING)
def fault_proxy_port(proxy: Any) -> int:
    """Return the port of PROXY, to which clients connect."""
    return _proxy(proxy).port


@builtin("FAULT-PROXY-ACCEPTED", "proxy", package=ACL_TESTING)
def fault_proxy_accepted(proxy: Any) -> int:
    """Return the number of connections that were made to PROXY."""
    return _proxy(proxy).accepted


@builtin("SET-FAULTS", "proxy &key " + _FAULTS, package=ACL_TESTING)
def set_faults(proxy: Any, **faults: Any) -> Any:
    """Set what happens to the connections that are made to PROXY from now on, as `make-fault-proxy`; see there."""
    _proxy(proxy).faults = _faults(faults)
    return proxy


@builtin("CLOSE-FAULT-PROXY", "proxy", package=ACL_TESTING)
def close_fault_proxy(proxy: Any) -> Any:
    """End PROXY and all its connections."""
    _proxy(proxy).close()
    return None


_WITH_PROXY = template("(let ((,variable (,make ,@keys))) (unwind-protect (progn ,@body) (,close ,variable)))")
_MAKE, _CLOSE = ACL_TESTING.external["MAKE-FAULT-PROXY"], ACL_TESTING.external["CLOSE-FAULT-PROXY"]


@macro("WITH-FAULT-PROXY", "(variable &rest keys) &body body", package=ACL_TESTING)
def with_fault_proxy(form: Any, env: Any) -> Any:
    """Evaluate BODY with VARIABLE bound to a new proxy, which is closed afterwards; KEYS as in `make-fault-proxy`."""
    head = form.cdr.car
    return _WITH_PROXY(variable=head.car, keys=head.cdr, body=form.cdr.cdr, make=_MAKE, close=_CLOSE)


# The resolver

class LispResolver(StandardObject, lisp="RESOLVER", package=ACL_TESTING):
    """A `Resolver` as Lisp sees it."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"resolver on port {self.resolver.port}"


def _resolver(x: Any) -> Resolver:
    if not isinstance(x, LispResolver):
        wrong_type(x, "ACL-TESTING:RESOLVER")
    return x.resolver


@builtin("MAKE-RESOLVER", "zone &key (ttl 300) (delay 0.3)", package=ACL_TESTING)
def make_resolver(zone: Any, *, ttl: Any = 300, delay: Any = 0.3) -> LispResolver:
    """Return a new name server on 127.0.0.1 that answers from ZONE, a list of `(name record ...)`.

    A record is a string such as "A 127.0.0.5" or "MX 10 mail.test", or says how the answer is spoilt: "drop",
    "truncate", "servfail", "refuse", "wrong-id", "garbage", "slow" (by DELAY seconds), "first drop".
    """
    return LispResolver(Resolver(_zone(zone), ttl, float(delay)))


def _zone(zone: Any) -> dict[str, list[str]]:
    return {str(entry.car): [str(record) for record in to_list(entry.cdr)] for entry in to_list(zone)}


@builtin("SET-RESOLVER-ZONE", "resolver zone", package=ACL_TESTING)
def set_resolver_zone(resolver: Any, zone: Any) -> Any:
    """Have RESOLVER answer from ZONE from now on; see `make-resolver`."""
    _resolver(resolver).set_zone(_zone(zone))
    return resolver


@builtin("RESOLVER-PORT", "resolver", package=ACL_TESTING)
def resolver_port(resolver: Any) -> int:
    """Return the port of RESOLVER."""
    return _resolver(resolver).port


@builtin("RESOLVER-ASKED", "resolver name", package=ACL_TESTING)
def resolver_asked(resolver: Any, name: Any) -> int:
    """Return how many queries for NAME reached RESOLVER."""
    return _resolver(resolver).asked.get(str(name).lower(), 0)


@builtin("CLOSE-RESOLVER", "resolver", package=ACL_TESTING)
def close_resolver(resolver: Any) -> Any:
    """End RESOLVER."""
    _resolver(resolver).close()
    return None


# The contract of streams

class _LispPeer:
    """A Lisp stream as the other end of the stream under test."""

    def __init__(self, stream: Any) -> None:
        self.stream = any_stream(stream)

    def send(self, octets: bytes) -> None:
        self.stream.write_from(octets)
        self.stream.force_output()

    def receive(self, count: int) -> bytes:
        buffer = bytearray(count)
        return bytes(buffer[:self.stream.read_into(buffer, 0, count)])

    def end(self) -> None:
        shut_down: Callable[[str], Any] | None = getattr(self.stream, "shut_down", None)
        if shut_down is not None:
            shut_down("output")
        else:
            self.stream.close()

    def close(self) -> None:
        self.stream.close(True)


@builtin("CHECK-STREAM", "function &key (patience 60)", package=ACL_TESTING)
def check_stream(function: Any, *, patience: Any = 60) -> Any:
    """Check the contract of streams; return a list of strings, one for each clause that is broken.

    FUNCTION returns two values: a new bidirectional stream and the stream at its other end.  No read or write waits
    longer than PATIENCE seconds.
    """
    from acl.testing.contract import failures

    make = coerce_function(function)

    def pair() -> tuple[Any, Any]:
        values = call_values(make)
        if len(values) < 2:
            from acl.runtime.conditions import error

            error("PROGRAM-ERROR", "check-stream: ~s must return two values, a stream and its other end.", function)
        stream, peer = values[:2]
        return any_stream(stream), _LispPeer(peer)

    return from_iterable([string(line) for line in failures(pair, float(patience))])


# Leaks

@builtin("OPEN-DESCRIPTORS", "", package=ACL_TESTING)
def open_descriptors_() -> int:
    """Return the number of descriptors that are open, without those that wake processes."""
    return open_descriptors()


@builtin("LIVE-THREADS", "", package=ACL_TESTING)
def live_threads_() -> int:
    """Return the number of threads of this Lisp."""
    return live_threads()


@builtin("%CALL-WITHOUT-LEAKS", "function descriptors threads", package=SYSTEM, export=False, values=True)
def call_without_leaks(function: Any, descriptors: Any, threads: Any) -> tuple[Any, ...]:
    """Return the values of FUNCTION; signal an error if it leaves descriptors or threads behind."""
    try:
        with no_leaks(descriptors or 0, threads or 0):
            return call_values(function)
    except AssertionError as left:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~a", string(str(left)))
        raise


_WITHOUT_LEAKS = template("(%call-without-leaks #'(lambda () ,@body) ,descriptors ,threads)")


@macro("WITH-NO-LEAKS", "(&key descriptors threads) &body body", package=ACL_TESTING)
def with_no_leaks(form: Any, env: Any) -> Any:
    """Return the values of BODY; signal an error if it leaves more than so many descriptors or threads behind."""
    options: dict[str, Any] = {}
    rest = form.cdr.car
    while type(rest) is Cons:
        options[rest.car.name] = rest.cdr.car
        rest = rest.cdr.cdr
    return _WITHOUT_LEAKS(body=form.cdr.cdr, descriptors=options.get("DESCRIPTORS"), threads=options.get("THREADS"))
