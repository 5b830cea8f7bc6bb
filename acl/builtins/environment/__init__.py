"""The environment (CLHS 25): what Lisp tells about itself, its objects and the time."""
