"""One authority for all tests of SSL."""

from __future__ import annotations

from pathlib import Path

import pytest

from acl.testing.authority import Authority


class Files:
    """PEM files of a test authority."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority.new("test root")
        self.ca = self.write("ca.pem", self.authority.identity.certificates())
        self.server = self.write("server.pem", self.authority.issue(["localhost", "127.0.0.1"]).pem())
        self.client = self.write("client.pem", self.authority.issue(["Alice"], purposes=("client",)).pem())

    def write(self, name: str, octets: bytes) -> Path:
        """Write a file of the folder and return its path."""
        path = self.folder / name
        path.write_bytes(octets)
        return path


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("ssl"))
