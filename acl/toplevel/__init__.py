"""The top level: Allegro's read-eval-print loop, its commands, break levels and the display of the stack."""
