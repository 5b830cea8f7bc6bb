"""acl: a Common Lisp on CPython that speaks Allegro CL."""

from __future__ import annotations

__version__ = "0.1.0"
