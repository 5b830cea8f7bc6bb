"""Allegro's interface to C (package FOREIGN-FUNCTIONS): types, memory, calls, libraries, functions that C can call.

`types` knows the layout of C's types and nothing of ctypes, which the other modules import: none of them is imported
before one of its operators is used.
"""
