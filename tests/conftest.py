"""Brings the image up once for all tests."""

from __future__ import annotations

import sys

import acl.boot

acl.boot.boot()
sys.setrecursionlimit(20_000)  # as every way into Lisp does
