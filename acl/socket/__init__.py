"""Allegro's socket library, package ACL-SOCKET: each module declares its operators."""
