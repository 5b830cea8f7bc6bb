"""`acl cert`: a private authority and certificates for a lesson."""

from __future__ import annotations

import argparse
import os
import sys

_DESCRIPTION = """Make a certificate with its key for a lesson, signed by a private authority.

The folder gets ca.pem (the authority, for :ca-file), ca-key.pem (its key), and server.pem or client.pem (for
:certificate).  An authority that is there already is used again.  Keys can be read by their owner only; nobody but
you should trust the authority, and its folder does not belong into a repository."""


def main(arguments: list[str]) -> int:
    """Run `acl cert` with these arguments; return the exit status."""
    parser = argparse.ArgumentParser("acl cert", description=_DESCRIPTION,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hosts", nargs="*", metavar="HOST", help="names or addresses; with --client the client's name")
    parser.add_argument("-d", "--directory", default=".", metavar="DIR", help="the folder (default: the current one)")
    parser.add_argument("-o", "--output", metavar="FILE", help="the file's name in the folder, instead of server.pem")
    parser.add_argument("--client", action="store_true", help="make a client's certificate, client.pem")
    parser.add_argument("--days", type=float, default=30, help="how long it is valid (default: 30; 0: it has expired)")
    parser.add_argument("--key", choices=("ecdsa", "rsa", "ed25519"), default="ecdsa", help="kind of key")
    parser.add_argument("--revoke", action="append", default=[], metavar="FILE",
                        help="revoke the certificate in FILE: write crl.pem, for :crl-file")
    options = parser.parse_args(arguments)
    if not options.hosts and not options.revoke:
        parser.error("a HOST is needed")
    try:
        _run(options)
    except OSError as problem:
        sys.stderr.write(f"acl cert: {problem.filename}: {problem.strerror}\n")
        return 1
    except ValueError as problem:
        sys.stderr.write(f"acl cert: {problem}\n")
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    from acl.testing.authority import CA_FILE, issue_into, revoke_into

    if options.hosts:
        path = issue_into(options.directory, options.hosts, client=options.client, file=options.output,
                          days=options.days, kind=options.key)
        print(f"{path}: certificate and key for {', '.join(options.hosts)}, valid for {options.days:g} days")
        print(f"{os.path.join(options.directory, CA_FILE)}: the authority that signed it, for :ca-file")
    if options.revoke:
        path = revoke_into(options.directory, options.revoke)
        print(f"{path}: the list of revoked certificates, for :crl-file")
