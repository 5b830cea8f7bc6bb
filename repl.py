"""Start acl from a checkout: `python repl.py` is `python -m acl`."""

from acl.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
