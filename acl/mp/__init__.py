"""Allegro's multiprocessing: processes, locks, gates, queues, time-outs.  Each module declares its operators."""
