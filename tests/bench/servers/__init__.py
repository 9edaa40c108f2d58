"""What is measured, each a process of its own: the gateway, the bare floor, and the peers."""
