"""A registry of moto's, which tells of no scan in DescribeImages, and the commands that work on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import boto3
from click.testing import CliRunner, Result
from moto import mock_aws

from ecr_scan_reporter.cli.main import cli

MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
TAGS = {"team/app": ["1.0", "2.0"], "infra/proxy": ["stable"]}


@contextmanager
def new_registry() -> Iterator[None]:
    """Make a registry with `team/app` (two images) and `infra/proxy` (one, scanned just now)."""
    with mock_aws():
        ecr = boto3.client("ecr")
        for repository, tags in TAGS.items():
            ecr.create_repository(repositoryName=repository)
            for tag in tags:
                layer = {
                    "mediaType": "application/x",
                    "size": 1,
                    "digest": f"sha256:{sha256(tag.encode()).hexdigest()}",
                }
                manifest = {"schemaVersion": 2, "mediaType": MEDIA_TYPE, "config": layer, "layers": [layer]}
                ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps(manifest))
        ecr.start_image_scan(repositoryName="infra/proxy", imageId={"imageTag": "stable"})
        yield


def run(*arguments: str) -> Result:
    """Run the command line."""
    return CliRunner().invoke(cli, arguments, prog_name="ecr-scan-reporter")


def scans_started() -> int:
    """Return how many images have been scanned."""
    ecr, started = boto3.client("ecr"), 0
    for repository in TAGS:
        for image in ecr.describe_images(repositoryName=repository)["imageDetails"]:
            try:
                ecr.describe_image_scan_findings(
                    repositoryName=repository, imageId={"imageDigest": image["imageDigest"]}
                )
                started += 1
            except ecr.exceptions.ScanNotFoundException:
                pass
    return started
