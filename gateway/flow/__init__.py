"""How a message goes: `intake` in, `dispatch` out to the index and back.

The Protocols the flow needs live in `ports`; what it asks of the world while it answers, in `effects`.
"""
