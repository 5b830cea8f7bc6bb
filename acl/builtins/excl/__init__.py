"""Utilities of the package EXCL that Allegro's programs count on: regular expressions, digests, encodings, files."""
