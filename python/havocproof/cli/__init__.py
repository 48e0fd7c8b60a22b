"""The command `havocproof`."""
