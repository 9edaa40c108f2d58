"""Formats senders speak. Each reads a request as text with its place and writes the answer; none understands it."""
