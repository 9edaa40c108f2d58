"""A simulated regional index: a real server with durable state of its own, to be connected to, tested against, broken.

`engine` decides (persons, matching, the stream of news) over `state` (SQLite) and `persons` (the register);
`faults` makes it misbehave by script; a dialect (`soap_dialect`) reads and writes one wire format; `server` and
`door` are the HTTP around it. The gateway speaks to it over HTTP only and imports nothing of it.
"""
