"""Chapter 12 of the standard: numbers."""
