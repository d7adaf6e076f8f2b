"""The metrics that a function writes to its log (CloudWatch's embedded metric format)."""

import json


def metrics_in(output: str) -> dict[str, float]:
    """Return the metrics in the output of an invocation."""
    metrics: dict[str, float] = {}
    for line in output.splitlines():
        if line.startswith("{") and '"_aws"' in line:
            entry = json.loads(line)
            for directive in entry["_aws"]["CloudWatchMetrics"]:
                for metric in directive["Metrics"]:
                    metrics[metric["Name"]] = sum(entry[metric["Name"]])
    return metrics
