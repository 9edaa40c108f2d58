"""How a message goes: `intake` in, `dispatch` out to the index, `deliver` back. The Protocols they need live in `ports`."""
