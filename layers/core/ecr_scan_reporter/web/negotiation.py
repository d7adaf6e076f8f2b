"""Which of two content types a client prefers: https://www.rfc-editor.org/rfc/rfc9110#name-accept."""

from ecr_scan_reporter.web.messages import JSON


def prefers_json(accept: str) -> bool:
    """Return whether the header Accept wants JSON more than a plain text, which comes first where both are as good."""
    return _weight(accept, JSON) > _weight(accept, "text/plain")


def _weight(accept: str, wanted: str) -> float:
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (each.strip() for each in part.split(";"))
        quality = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
        try:
            weights[kind] = float(quality)
        except ValueError:
            weights[kind] = 0.0
    group = f"{wanted.partition('/')[0]}/*"
    return next((weights[kind] for kind in (wanted, group, "*/*") if kind in weights), 0.0 if accept.strip() else 1.0)
