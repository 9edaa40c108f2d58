"""What the gateway publishes, so that another system can be built against it."""
