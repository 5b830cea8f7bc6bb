"""The LOOP macro (CLHS 6.1): parsed by `parser`, drivers made by `drivers`, put together by `assembly`."""
