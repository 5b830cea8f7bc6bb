"""The bridge between Lisp and Python: embedding (`bridge`), and the package PYTHON for Lisp programs (`operators`)."""
