"""How long a build may read, before it must write what it has."""

# Adding up, compressing and uploading a million images takes about a quarter of an invocation of 15 minutes.
READING_SHARE = 0.7


# What is written for Athena can be ended at any image.
WRITING_SHARE = 0.95


def building_seconds(total: float | None) -> float | None:
    """Return the seconds to read in, of all that are left to the invocation; None for no limit."""
    return None if total is None else total * READING_SHARE


def writing_seconds(total: float | None) -> float | None:
    """Return the seconds until the end, of all that are left to the invocation; None for no limit."""
    return None if total is None else total * WRITING_SHARE
