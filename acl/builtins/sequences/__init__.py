"""Sequences (CLHS chapter 17)."""
