"""The snapshot of the registry: SQLite files that are written once, and answer every question."""
