"""The questions of a snapshot, in SQL."""
