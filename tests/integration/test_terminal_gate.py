"""The gate of the command line, with what a deployed application knows: its table, its bucket, its stack."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.documents import exploits_document
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from tests.integration.account import Account

LOG4J = {"name": "CVE-2021-44228", "severity": "HIGH", "attributes": [{"key": "package_name", "value": "log4j"}]}
THRESHOLDS = {"Critical": "1", "High": "1", "Medium": "off", "Low": "off", "Undefined": "off"}
STACK = {
    "Parameters": [
        {"ParameterKey": f"{level}Threshold", "ParameterValue": value} for level, value in THRESHOLDS.items()
    ],
    "Outputs": [
        {"OutputKey": "SuppressionsTableName", "OutputValue": "suppressions"},
        {"OutputKey": "FindingsBucketName", "OutputValue": "findings"},
    ],
}


@pytest.fixture(autouse=True)
def digest(account: Account) -> str:
    """An image with a finding of high severity, scanned an hour ago."""
    account.new_repositories("team/app")
    pushed = account.push("team/app", "1.0")
    at = datetime.now(UTC) - timedelta(hours=1)
    scan: dict[str, Any] = {"imageScanCompletedAt": at.timestamp(), "findings": [LOG4J]}
    account.finds("team/app", pushed, "COMPLETE", **scan, findingSeverityCounts={"HIGH": 1})
    return pushed


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The deployed stacks by their names: that of the application, and one of another."""
    deployed: dict[str, Any] = {"prod": STACK, "other": {}}
    monkeypatch.setattr(Stacks, "_describe", lambda _, stack: deployed[stack])
    return deployed


def publish(account: Account) -> None:
    """Store what the exploit feeds say."""
    copy = FeedCopy("https://feeds.example", datetime.now(UTC))
    known = Exploits(copy, copy, {"CVE-2021-44228": KnownExploit(date(2021, 12, 10))}, {"CVE-2021-44228": 0.97})
    body = json.dumps(exploits_document(known)).encode()
    account.s3.put_object(Bucket="findings", Key="exploits/known.json", Body=body)


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", "team/app:1.0", *arguments])


def test_without_an_application_ecr_is_enough() -> None:
    assert check("--fail-on", "critical").exit_code == 0
    result = check("--fail-on", "high")
    assert (result.exit_code, "CVE-2021-44228" in result.stdout) == (4, True)


@pytest.mark.usefixtures("stacks")
def test_the_thresholds_of_a_stack_and_its_suppressions_hold(account: Account) -> None:
    result = check("--stack", "prod")
    assert result.exit_code == 4, result.output
    assert "--table suppressions --region eu-west-1" in result.stdout
    account.suppress(cve="CVE-2021-*")
    result = check("--stack", "prod")
    assert (result.exit_code, "1 suppressed" in result.stdout) == (0, True)


def test_the_feeds_of_a_bucket_say_what_is_exploited(account: Account) -> None:
    assert check("--fail-on", "exploited", "--findings-bucket", "findings").exit_code == 1, "no feed was fetched"
    publish(account)
    for condition in ("exploited", "epss>=0.9"):
        result = check("--fail-on", condition, "--findings-bucket", "findings")
        assert (result.exit_code, "exploited (KEV), EPSS 0.97" in result.stdout) == (4, True)


def test_a_low_epss_that_the_copy_leaves_out_is_in_the_whole_feed(account: Account) -> None:
    copy = FeedCopy("https://feeds.example", datetime.now(UTC))
    body = json.dumps(exploits_document(Exploits(copy, copy))).encode()
    account.s3.put_object(Bucket="findings", Key="exploits/known.json", Body=body)
    asked = ("--fail-on", "epss>=0.01", "--findings-bucket", "findings")
    result = check(*asked)
    assert (result.exit_code, "exploits/epss.csv.gz" in result.stderr) == (2, True), "the feed is not there"
    feed = "#model_version:v1,score_date:2026-01-31T12:00:00Z\ncve,epss,percentile\nCVE-2021-44228,0.02,0.9\n"
    account.s3.put_object(Bucket="findings", Key="exploits/epss.csv.gz", Body=gzip.compress(feed.encode()))
    result = check(*asked)
    assert (result.exit_code, "EPSS 0.02" in result.stdout) == (4, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--table", "none"), "the suppressions table is 'none'"),
        (("--findings-bucket", "none"), "the findings bucket is 'none'"),
    ],
)
def test_a_name_that_is_not_there_is_2(arguments: tuple[str, ...], said: str) -> None:
    result = check(*arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


@pytest.mark.usefixtures("stacks")
def test_a_stack_of_another_application_is_2() -> None:
    result = check("--stack", "other")
    assert (result.exit_code, "the parameter CriticalThreshold of the stack other" in result.stderr) == (2, True)


def test_an_index_is_checked_by_the_images_in_it(account: Account, digest: str) -> None:
    index_type = "application/vnd.oci.image.index.v1+json"
    entries = [{"digest": digest, "platform": {"os": "linux", "architecture": "arm64"}}]
    account.ecr.put_image(
        repositoryName="team/app",
        imageManifest=json.dumps({"schemaVersion": 2, "mediaType": index_type, "manifests": entries}),
        imageManifestMediaType=index_type,
        imageTag="multi",
    )
    result = CliRunner().invoke(cli, ["check", "team/app:multi", "--fail-on", "high", "--output", "json"])
    (image,) = json.loads(result.stdout)["images"]
    assert (result.exit_code, image["platform"], image["verdict"]) == (4, "linux/arm64", "againstPolicy")
