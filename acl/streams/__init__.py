"""Streams: character and octet input and output on strings, files, descriptors, and compositions of them."""
