"""`python -m acl`."""

from acl.cli import main

raise SystemExit(main())
