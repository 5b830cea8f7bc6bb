"""Brings the image up once for all tests."""

from __future__ import annotations

import os
import sys

import acl.boot

os.environ.setdefault("ACL_CACHE", "off")  # tests leave nothing in the user's folders

acl.boot.boot()
sys.setrecursionlimit(20_000)  # as every way into Lisp does
