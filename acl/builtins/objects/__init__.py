"""Objects (CLHS 4.3 and 7): classes, instances, generic functions, methods, and the metaobject protocol."""
