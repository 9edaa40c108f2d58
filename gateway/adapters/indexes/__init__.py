"""What the gateway speaks with indexes: `encode(Order)` to bytes, `decode(Order, WireResponse)` to an Outcome."""
