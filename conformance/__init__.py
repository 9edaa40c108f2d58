"""The conformance kit: tests a gateway from outside, as a stranger.

It imports nothing of `gateway`: it has its own codec (`wire`), its own copy of the contract
(`contract/`) and its own requirements (`requirements.toml`). `python -m conformance --help`.
"""
