"""Kills Halyard again and again while it works, then counts against the agents' own ledgers."""
