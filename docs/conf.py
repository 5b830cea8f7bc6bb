"""Sphinx: the manual.  `make docs` builds it into docs/_build/html."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import generate  # noqa: E402

import acl  # noqa: E402

generate.write_reference(HERE / "reference")

project = "acl"
author = "the acl project"
release = version = acl.__version__
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"acl {release}"
highlight_language = "none"
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure", "myst.header"]
man_pages = [("man", "acl", "a Common Lisp on CPython that speaks Allegro CL", [author], 1)]
