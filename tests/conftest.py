"""Brings the image up once for all tests."""

from __future__ import annotations

import acl.boot

acl.boot.boot()
