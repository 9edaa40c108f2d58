"""What the gateway remembers: sealed, durable, on SQLite or PostgreSQL through one body of SQL.

All writing goes through `writer`, which commits what waits in one transaction and answers only then.
Wrapped keys live in a store of their own (`keys`); deleting one is how a signal is destroyed.
"""
