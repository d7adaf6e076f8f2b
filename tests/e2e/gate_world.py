"""What the gate is tried on: a local AWS with images of every kind, and stacks with outputs of the application."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.documents import exploits_document
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from local import manifests
from local.identity import ACCOUNT, REGION
from local.running import PROJECT, Emulator

REPOSITORY = "team/app"
EXPLOITED, LIKELY = "CVE-2021-44228", "CVE-2023-38545"
DISABLED = {"code": "ValidationException", "message": "This feature is disabled"}
QUOTA = {"code": "LimitExceededException", "message": "The daily quota of scans has been exceeded."}
ODD = {"code": "InvalidParameterException", "message": "Layer 3 has an unusual compression."}
THRESHOLDS = dict.fromkeys(("Critical", "High", "Medium", "Low", "Undefined"), "off")

_TEMPLATE = {
    "Parameters": {
        name: {"Type": "String", "Default": "off"}
        for name in (*(f"{level}Threshold" for level in THRESHOLDS), "KnownExploitedThreshold", "RemediationDays")
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Suppressions": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        },
    },
    "Outputs": {
        "SuppressionsTableName": {"Value": {"Ref": "Suppressions"}},
        "FindingsBucketName": {"Value": {"Ref": "Bucket"}},
    },
}


def basic(name: str, severity: str = "CRITICAL", package: str = "openssl") -> dict[str, Any]:
    """A finding of basic scanning."""
    attributes = {"package_name": package, "package_version": "1.1.1n-0"}
    return {
        "name": name,
        "severity": severity,
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


def enhanced(name: str, severity: str = "CRITICAL", fix: str = "YES") -> dict[str, Any]:
    """A finding of Amazon Inspector, which has been there for years."""
    package = {"name": "log4j-core", "version": "2.14.1", "fixedInVersion": "2.17.1" if fix == "YES" else ""}
    return {
        "title": name,
        "severity": severity,
        "status": "ACTIVE",
        "fixAvailable": fix,
        "exploitAvailable": "NO",
        "firstObservedAt": datetime(2023, 1, 1, tzinfo=UTC).timestamp(),
        "packageVulnerabilityDetails": {"vulnerabilityId": name, "vulnerablePackages": [package]},
    }


@dataclass
class World:
    """The local AWS, filled; `run` starts the command as a pipeline does."""

    emulator: Emulator
    folder: Path
    stacks: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def push(self, tag: str, *findings: Mapping[str, Any], repository: str = REPOSITORY, **facts: Any) -> str:
        """Push an image of which the next scan has these findings; return its digest."""
        manifest = facts.pop("manifest", None) or manifests.container_image(f"{repository}/{tag}", 40_000_000)
        image = {"repository": repository, "manifest": manifest, "tags": [tag] if tag else None}
        self.emulator.control("ecr/image", **image, **({"findings": findings} | facts))
        return manifests.digest(manifest)

    def deploy(self, stack: str, **parameters: str) -> None:
        """Deploy a stack with some of the parameters and outputs of the application."""
        client = self.emulator.client("cloudformation")
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        client.create_stack(StackName=stack, TemplateBody=json.dumps(_TEMPLATE), Parameters=given)
        client.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
        (found,) = client.describe_stacks(StackName=stack)["Stacks"]
        self.stacks[stack] = {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}

    def publish_exploits(self, stack: str) -> None:
        """Store what the exploit feeds say, as the application does."""
        now = datetime.now(UTC)
        copy = FeedCopy("https://feeds.example", now, now, "1", 1)
        exploits = Exploits(copy, copy, {EXPLOITED: KnownExploit(date(2021, 12, 10))}, {LIKELY: 0.84})
        self.emulator.client("s3").put_object(
            Bucket=self.stacks[stack]["FindingsBucketName"],
            Key="exploits/known.json",
            Body=json.dumps(exploits_document(exploits)).encode(),
        )

    def suppress(self, stack: str, cve: str) -> None:
        """Suppress a CVE in the account."""
        suppression = ("--cve", cve, "--reason", "not reachable", "--until", "90d", "--author", "ada")
        table = ("--table", self.stacks[stack]["SuppressionsTableName"])
        done = self.run("suppressions", "add", *suppression, *table)
        assert done.returncode == 0, done.stderr

    def tag_repository(self, name: str, tags: Mapping[str, str]) -> None:
        """Make a repository with AWS tags."""
        self.emulator.control("ecr/repository", name=name, awsTags=dict(tags))

    def key_of(self, user: str, policy: Mapping[str, Any]) -> dict[str, str]:
        """Make a user with a policy; return the environment with its key."""
        iam = self.emulator.client("iam")
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="gate", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def environment(self, **variables: str) -> dict[str, str]:
        """The environment of a pipeline that has this AWS and no other."""
        misleading = ("AWS_", "GITHUB_", "SUPPRESSIONS_", "FINDINGS_")
        found = {name: value for name, value in os.environ.items() if not name.startswith(misleading)}
        ours = {"AWS_REGION": REGION, "PYTHONPATH": str(PROJECT / "layers/core"), "AWS_EC2_METADATA_DISABLED": "true"}
        return found | self.emulator.environment() | ours | variables

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "ecr_scan_reporter", *arguments],
            env=self.environment(**variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def uri(tag: str) -> str:
    """The URI of an image."""
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:{tag}"


def fill(world: World) -> None:
    """Push the images, deploy the stacks."""
    world.tag_repository(REPOSITORY, {})
    world.tag_repository("team/strict", {"ecr-scan-reporter:high": "1"})
    world.push("clean")
    world.push("high", basic("CVE-2", "HIGH"))
    world.push("strict", basic("CVE-2", "HIGH"), repository="team/strict")
    world.push("critical", basic("CVE-1"), basic("CVE-2", "HIGH"))
    world.push("exploited", basic(EXPLOITED, "MEDIUM"))
    world.push("likely", basic(LIKELY, "LOW"))
    world.push("unrated", basic("CVE-3", "UNDEFINED"))
    world.push("scanned", basic("CVE-2", "HIGH"), scannedHoursAgo=5)
    world.push("yesterday", scannedHoursAgo=30)
    world.push("failed", status="FAILED", statusDescription="Internal failure", scannedHoursAgo=2)
    world.push("inspected", enhancedFindings=[])
    world.push("unfixable", enhancedFindings=[enhanced("CVE-4", fix="NO")])
    world.push("overdue", enhancedFindings=[enhanced("CVE-5", "HIGH")])
    world.push("fedora", unsupportedSystem={"name": "fedora", "version": "31"})
    world.push("slow", scanSeconds=600)
    world.push("pending", status="PENDING", scannedHoursAgo=0)
    world.push("archived", status="IMAGE_ARCHIVED", scannedHoursAgo=1)
    world.push("unsupported", status="UNSUPPORTED_IMAGE", scannedHoursAgo=1)
    world.push("expired", status="SCAN_ELIGIBILITY_EXPIRED", scannedHoursAgo=900)
    world.push("chart", manifest=manifests.helm_chart("chart"))
    world.push("quota", refusal=QUOTA)
    world.push("odd", refusal=ODD)
    world.push("unwatched", refusal=DISABLED)
    children = {
        name: manifests.container_image(name, 40_000_000) for name in ("amd64", "arm64", "bad", "fedora", "missing")
    }
    world.push("", manifest=children["amd64"])
    world.push("", manifest=children["arm64"])
    world.push("", basic("CVE-1"), manifest=children["bad"])
    world.push("", manifest=children["fedora"], unsupportedSystem={"name": "fedora", "version": "31"})
    for tag, named in {
        "multi": ("amd64", "arm64"),
        "multi-bad": ("amd64", "bad"),
        "multi-missing": ("amd64", "missing"),
        "multi-both": ("bad", "fedora"),
    }.items():
        world.push(tag, manifest=manifests.index([children[name] for name in named]))
    world.deploy("lenient", KnownExploitedThreshold="1", RemediationDays="high=30")
    world.deploy("strict", CriticalThreshold="0", KnownExploitedThreshold="1")
    world.publish_exploits("lenient")
    world.suppress("strict", "CVE-1")


def rules(folder: Path) -> None:
    """Write files of rules: one that is right, one that is wrong."""
    right = '- {id: ours, cve: CVE-1, reason: "not reachable", until: 2099-01-01}\n'
    idle = '- {id: idle, cve: CVE-999, reason: "long gone", until: 2099-01-01}\n'
    (folder / "ignore.yaml").write_text(right + idle, encoding="utf-8")
    (folder / "wrong.yaml").write_text("- {id: x, cve: CVE-1, until: tomorrow}\n", encoding="utf-8")
