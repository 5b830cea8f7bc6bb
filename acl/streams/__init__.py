"""Streams: character and octet input and output on strings, files, descriptors, and compositions of them.

Importing any module of this package gives the standard variables their streams.
"""

from __future__ import annotations

from .base import TERMINAL_IO
from .descriptors import make_standard_streams

if TERMINAL_IO.value is None:
    make_standard_streams()
