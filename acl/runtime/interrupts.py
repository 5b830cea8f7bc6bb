"""What Ctrl-C does in a listener: Allegro's interrupt break, which can be continued."""

from __future__ import annotations


def keyboard_interrupt() -> None:
    """Signal `interrupt-signal` with a restart to continue the computation; return if it is continued."""
    from acl.runtime.conditions import make_condition, signal_error
    from acl.runtime.restarts import restart_case

    condition = make_condition("INTERRUPT-SIGNAL", "Received signal number 2 (Keyboard interrupt)")
    restart_case(lambda: signal_error(condition), ("CONTINUE", lambda: None, "continue computation"),
                 condition=condition)
