"""The objects of Lisp as Python classes.  Nothing here imports another part of `acl`."""
