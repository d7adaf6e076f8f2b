"""The inventory: build the snapshot of the registry, publish it, open it."""
