"""The command line and the top level, as processes of their own."""
