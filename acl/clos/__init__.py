"""The object system: classes, generic functions, methods, instances, structures."""
