"""The verwijsindex gateway: one connection between many organisations' systems and the regional indices.

The house, from the door down: `web` and `cli` receive, `flow` carries, `adapters` translate formats,
`store` remembers, `rules` decide, `canonical` is what everything means. Imports point down only.
"""

__version__ = "0.1.0"
