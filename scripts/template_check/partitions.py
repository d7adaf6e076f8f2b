"""The differences of partitions: the one list behind docs/reference/partitions.md and the check of the conditions.

`python -m scripts.template_check.partitions` writes the table of the document.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.template_check.source import ROOT

DOCUMENT = ROOT / "docs/reference/partitions.md"
_TABLE = re.compile(r"(<!-- begin partitions -->\n).*?(<!-- end partitions -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition, the region for its checks, and the suffix of its host names."""

    name: str
    region: str
    url_suffix: str


PARTITIONS = (
    Partition("aws", "us-east-1", "amazonaws.com"),
    Partition("aws-us-gov", "us-gov-west-1", "amazonaws.com"),
    Partition("aws-cn", "cn-north-1", "amazonaws.com.cn"),
    # AWS does not document it as supported: the template does without.
    Partition("aws-eusc", "eusc-de-east-1", "amazonaws.eu"),
)


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of AWS that not every partition has.

    `condition` is the condition of the template that depends on it.
    """

    name: str
    has: Mapping[str, str]
    consequence: str
    source: str
    condition: str = ""

    def is_in(self, partition: str) -> bool:
        """Return whether the template may rely on the feature in a partition."""
        return self.has.get(partition, "no").startswith("yes")


_GOVCLOUD_LAMBDA = "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html"
_GOVCLOUD_SNS = "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-sns.html"
_CHINA = "https://docs.amazonaws.cn/en_us/aws/latest/userguide"

FEATURES = (
    Feature(
        "X-Ray traces of Lambda",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "no"},
        "`Tracing` is `Active` where it is, else `PassThrough`",
        f"{_CHINA}/lambda.html",
        condition="HasTracing",
    ),
    Feature(
        "`RecursiveLoop` of a function",
        {"aws": "yes", "aws-us-gov": "not documented", "aws-cn": "no"},
        "`Allow` where it is; elsewhere a job of more than 16 rounds may be stopped, until the next schedule",
        f"{_CHINA}/lambda.html",
        condition="HasRecursionControl",
    ),
    Feature(
        "Amazon Q Developer in chat applications",
        {"aws": "yes", "aws-us-gov": "no", "aws-cn": "no"},
        "`ChatNotifications` makes a topic in `aws` alone",
        "https://docs.aws.amazon.com/chatbot/latest/adminguide/what-is.html",
        condition="HasChat",
    ),
    Feature(
        "`LogFormat: JSON` of a function",
        {"aws": "yes", "aws-us-gov": "no", "aws-cn": "yes"},
        "not used: Powertools writes JSON itself, and Lambda's filter would drop its lines above `INFO`",
        _GOVCLOUD_LAMBDA,
    ),
    Feature(
        "A log group of one's own (`LoggingConfig.LogGroup`)",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "yes"},
        "used; GovCloud and China refused it until 2024",
        "https://github.com/aws/aws-cdk/issues/28919",
    ),
    Feature(
        "arm64 functions",
        {"aws": "yes, but for some regions", "aws-us-gov": "yes", "aws-cn": "not documented"},
        "`Architecture`: set `x86_64` where arm64 is refused",
        "https://aws.amazon.com/lambda/pricing/",
    ),
    Feature(
        "Enhanced scanning (Amazon Inspector)",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "yes"},
        "`InspectorFindings`",
        f"{_CHINA}/inspector2.html",
    ),
    Feature(
        "Amazon Athena and the Glue Data Catalog",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "yes"},
        "`AnalyticsEnabled`",
        "https://docs.aws.amazon.com/general/latest/gr/athena.html",
    ),
    Feature(
        "More than 512 MB of storage for a function",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "yes"},
        "`InventoryStorageMegabytes`",
        "https://docs.amazonaws.cn/en_us/lambda/latest/dg/API_EphemeralStorage.html",
    ),
    Feature(
        "SMS subscribers",
        {"aws": "yes", "aws-us-gov": "us-gov-west-1", "aws-cn": "no"},
        "subscribe people by e-mail there",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-supported-regions-countries.html",
    ),
    Feature(
        "Firehose subscribers",
        {"aws": "yes", "aws-us-gov": "no", "aws-cn": "yes"},
        "subscribe a queue or a function there",
        _GOVCLOUD_SNS,
    ),
    Feature(
        "Redrive of a dead-letter queue in the console",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "no"},
        "wait for the next schedule there, or send the jobs again by a script",
        f"{_CHINA}/sqs.html",
    ),
    Feature(
        "Lambda's metrics of asynchronous events",
        {"aws": "yes", "aws-us-gov": "yes", "aws-cn": "no"},
        "no alarm uses them",
        f"{_CHINA}/lambda.html",
    ),
)
SUPPORTED = PARTITIONS[:3]


def table() -> str:
    """Return the table of the document."""
    names = [partition.name for partition in SUPPORTED]
    rows = [["feature", *names, "what follows", "condition"], ["---"] * (len(names) + 3)]
    for feature in FEATURES:
        has = [feature.has[name] for name in names]
        condition = f"`{feature.condition}`" if feature.condition else ""
        rows.append([f"[{feature.name}]({feature.source})", *has, feature.consequence, condition])
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in rows)


def rendered(document: str) -> str:
    """Return the document with its table generated anew."""
    return _TABLE.sub(lambda found: f"{found[1]}\n{table()}\n{found[2]}", document)


if __name__ == "__main__":
    DOCUMENT.write_text(rendered(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
