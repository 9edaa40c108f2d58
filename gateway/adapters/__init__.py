"""Dialects at the edge: pure modules, bytes to values and back, each checked against a Protocol of `flow`."""
