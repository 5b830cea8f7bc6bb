"""Every name of the reference is there, external or internal as it says, and means something."""

from __future__ import annotations

import pytest

from acl.clos.base import find_class
from acl.types.function import FUNCTIONS, UndefinedFunction
from acl.types.symbol import PACKAGES

OPERATORS = {
    "ACL-SOCKET": """accept-connection configure-dns dns-ipaddr-to-hostname dns-lookup-hostname dns-query
        dns-nameserver-name dns-nameserver-ipaddr dns-nameserver-sent dns-nameserver-received dns-response-id
        dns-response-flags dns-response-flags-value dns-response-answer dns-response-authority dns-response-additional
        dns-rr-name dns-rr-type dns-rr-class dns-rr-answer dns-rr-time-to-live dotted-address-p dotted-to-ipaddr
        get-ip-interfaces initialize-socket ipaddr-equalp ipaddr-to-dotted ipaddr-to-hostname ipaddrp ipv6
        ipv6-address-p local-filename local-host local-port lookup-hostname lookup-port make-socket receive-from
        remote-filename remote-host remote-port send-to set-socket-format set-socket-options set-tcp-md5-sig shutdown
        socket-address-family socket-connect socket-control socket-format socket-os-fd socket-type
        with-pending-connect""",
    "MULTIPROCESSING": """barrier-disable barrier-pass-through barrier-unblock barrier-wait close-gate
        condition-variable-broadcast condition-variable-signal condition-variable-wait dequeue enqueue
        ensure-default-process-pool exit-from-initial-listener find-process gate-open-p get-semaphore make-barrier
        make-condition-variable make-gate make-process make-process-lock make-sharable-lock open-gate
        process-active-p process-add-arrest-reason process-add-run-reason process-alive-p process-allow-schedule
        process-arrest-reasons process-cpu-msec-used process-cpu-msec-used-delta process-disable process-enable
        process-exit-actions process-initial-bindings process-initial-form process-interrupt process-interruptible-p
        process-keeps-lisp-alive-p process-kill process-lock process-lock-locker process-lock-p
        process-message-interrupt-function process-name process-name-to-process process-os-id process-p
        process-pool-run process-pool-work-item-data process-preset process-priority process-progn
        process-property-list process-quantum process-reset process-resume-hook process-revoke-arrest-reason
        process-revoke-run-reason process-run-function process-run-reasons process-run-restartable-function
        process-runnable-p process-sequence process-sleep process-state process-suspend-hook process-terminate
        process-thread process-times-resumed process-times-resumed-delta process-unlock process-wait process-wait-args
        process-wait-function process-wait-with-timeout process-whostate profile-process-p put-semaphore queue-empty-p
        sharable-lock-lock sharable-lock-unlock start-scheduler symeval-in-process wait-for-input-available
        wait-for-io-available waiting-for-input-available with-exclusive-lock with-message-interrupts-disabled
        with-process-lock with-shared-lock with-timeout without-scheduling""",
    "EXCL": """atomic-conditional-setf decf-atomic defvar-nonbindable defvar-unbound fast-and-clean incf-atomic
        pop-atomic push-atomic update-atomic with-delayed-interrupts with-locked-object with-locked-structure
        without-interrupts device-open device-close device-read device-write device-buffer-length
        device-file-position device-file-length device-clear-input device-clear-output device-finish-record
        def-stream-class with-stream-class sm add-stream-instance-flags remove-stream-instance-flags read-octets
        write-octets write-all-octets read-vector write-vector read-no-hang-p write-no-hang-p stream-listen
        stream-input-fn stream-output-fn stream-input-handle stream-output-handle stream-property-list
        stream-input-timeout stream-output-timeout stream-error-identifier stream-error-code stream-error-action
        stream-error-string get-atomic-modify-expansion record-stream-advance-to-eof""",
    "SYSTEM": "with-timeout with-virtual-timeout without-scheduling global-symbol-value scheduler-running-p",
}
VARIABLES = {
    "ACL-SOCKET": """*dns-configured* *dns-domain* *dns-mode* *domain-search-list* *ipv6* *nameservers*
        *print-hostname-in-stream* *socket-version*""",
    "MULTIPROCESSING": "*current-process* *all-processes* *default-process-quantum* *general-wait-delay*",
    "SYSTEM": "*current-process* *all-processes*",
    "EXCL": "*cl-default-special-bindings* *required-top-level-bindings* *default-external-format*",
}
CLASSES = {
    "ACL-SOCKET": """socket socket-stream-internet-active socket-stream-internet-passive socket-stream-file-active
        socket-stream-file-passive socket-datagram-internet-active socket-datagram-file-active ipv6-address
        dns-nameserver dns-response dns-rr""",
    "MULTIPROCESSING": "process process-lock gate queue condition-variable barrier sharable-lock sharable-lock-error",
    "EXCL": """simple-stream single-channel-simple-stream dual-channel-simple-stream null-simple-stream
        file-simple-stream string-simple-stream socket-simple-stream socket-base-simple-stream terminal-simple-stream
        lockable-object socket-error errno-stream-error stream-closed-error""",
}
INTERNAL_CLASSES = {
    "ACL-SOCKET": """passive-socket datagram-socket internet-socket file-socket af-internet af-file
        internet-datagram-socket file-datagram-socket pf-passive-stream-internet hiper-socket-stream-internet-active""",
    "EXCL": "ssl-error ssl-context ssl-server-stream ssl-client-stream",
}
INTERNAL_OPERATORS = {
    "EXCL": "socket-bytes-read socket-bytes-written stream-read-timeout stream-write-timeout",
}


def _cases(table):
    return [(package, name.upper()) for package, names in table.items() for name in names.split()]


def _external(package, name):
    symbol = PACKAGES[package].external.get(name)
    assert symbol is not None, f"{name} is not external in {package}"
    return symbol


@pytest.mark.parametrize("package, name", _cases(OPERATORS))
def test_operator(package, name):
    symbol = _external(package, name)
    function = FUNCTIONS.get(symbol.key)
    assert symbol.macro is not None or (function is not None and type(function) is not UndefinedFunction)


@pytest.mark.parametrize("package, name", _cases(VARIABLES))
def test_variable(package, name):
    assert _external(package, name).bound


@pytest.mark.parametrize("package, name", _cases(CLASSES))
def test_class(package, name):
    assert find_class(_external(package, name)) is not None


def _internal(package, name):
    symbol = PACKAGES[package].internal.get(name)
    if symbol is None:  # nobody has mentioned it so far
        assert name not in PACKAGES[package].external
        symbol = PACKAGES[package].intern(name)
    return symbol


@pytest.mark.parametrize("package, name", _cases(INTERNAL_CLASSES))
def test_internal_class(package, name):
    assert find_class(_internal(package, name)) is not None


@pytest.mark.parametrize("package, name", _cases(INTERNAL_OPERATORS))
def test_internal_operator(package, name):
    function = FUNCTIONS.get(_internal(package, name).key)
    assert function is not None and type(function) is not UndefinedFunction
