"""What compiled code and builtins call at run time: dynamic state, control transfer, conditions."""
