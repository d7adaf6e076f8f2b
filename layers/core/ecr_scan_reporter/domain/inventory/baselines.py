"""How many images a build asks ECR about, of those that were scanned before anything was stored."""

from datetime import timedelta

# With a build every half hour, all images of a large registry are asked about within a day.
PART, LEAST = 12, 500
# An image that was never scanned may be by now, though its event was lost.
ASKED_AGAIN_AFTER = timedelta(hours=24)


def share_to_ask(missing: int) -> int:
    """Return how many of the images without a stored result one build asks ECR about."""
    return max(LEAST, -(-missing // PART))
