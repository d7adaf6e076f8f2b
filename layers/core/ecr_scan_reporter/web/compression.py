"""Which encodings of content a client accepts: https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding."""

GZIP = "gzip"


def accepts_gzip(header: str) -> bool:
    """Return whether the header Accept-Encoding accepts gzip: by name, or by `*`, with a weight above 0."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    return weights.get(GZIP, weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
