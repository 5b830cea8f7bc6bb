"""Libraries as Debian packages them: loaded from source, and their own tests run."""
