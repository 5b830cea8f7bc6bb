"""Tests of lists, arrays, hash tables, sequences."""
