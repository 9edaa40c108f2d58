"""Moves from one index to another: nobody notices, nothing is lost, and everything can be turned back."""
