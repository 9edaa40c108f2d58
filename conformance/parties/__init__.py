"""Whom the kit plays when it is asked instead of asking: each takes a request and says how it is answered."""
