"""Streams (CLHS chapter 21)."""
