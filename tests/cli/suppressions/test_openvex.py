"""`export --format openvex`."""

import json
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from ecr_scan_reporter.domain.findings.documents import findings_key, result_document
from ecr_scan_reporter.domain.registry.images import ImageId
from tests.cli.suppressions.table import add, run
from tests.unit.samples import DIGEST, IMAGE_ID, REPOSITORY, RESULT, SCANNED_IMAGE


def test_openvex_expresses_suppressions_without_globs_and_names_the_others() -> None:
    add("a", repository="team/app", package="curl")
    add("b", cve="CVE-2024-*")
    result = run("export", "--format", "openvex")
    assert result.exit_code == 1
    (statement,) = json.loads(result.stdout)["statements"]
    assert statement["products"] == [
        {
            "@id": "pkg:oci/app?repository_url=123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app",
            "subcomponents": [{"@id": "pkg:generic/curl"}],
        }
    ]
    assert (
        "b (CVE-2024-*) cannot be expressed in OpenVEX without the findings bucket: its cve is a glob" in result.stderr
    )


def test_openvex_has_the_status_of_each_kind() -> None:
    add("a", "fixed", cve="CVE-2024-1")
    add("b", cve="CVE-2024-2", kind="not-affected", justification="component_not_present")
    result = run("export", "--format", "openvex")
    accepted, not_affected = json.loads(result.stdout)["statements"]
    assert (result.exit_code, accepted["status"], not_affected["status"]) == (0, "affected", "not_affected")
    assert accepted["action_statement"] == "Risk accepted until a fix is available: Not reachable."
    assert not_affected["justification"] == "component_not_present"


def test_openvex_is_about_the_registry_that_is_named() -> None:
    add("a")
    result = run("export", "--format", "openvex", "--registry-id", "999999999999", "--author", "security@example.com")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["author"]) == (0, "security@example.com")
    host = "999999999999.dkr.ecr.eu-west-1.amazonaws.com"
    assert document["statements"][0]["products"] == [{"@id": f"https://{host}"}]


def test_openvex_with_the_findings_bucket_names_exactly_the_images(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stored = {
        findings_key(IMAGE_ID): json.dumps(result_document(SCANNED_IMAGE, RESULT)),
        "findings/broken.json": "{",
    }
    for name in ("other", "more"):
        image = replace(SCANNED_IMAGE, id=ImageId(replace(REPOSITORY, name=name), DIGEST))
        stored[findings_key(image.id)] = json.dumps(result_document(image, RESULT))
    for key, text in stored.items():
        s3.put_object(Bucket="findings", Key=key, Body=text.encode())
    monkeypatch.setenv("FINDINGS_BUCKET", "findings")
    add("glob", cve="cve-2023-*", repository="team/*")
    add("over", "2026-01-30", cve="CVE-2024-2961")
    result = run("export", "--format", "openvex")
    (statement,) = json.loads(result.stdout)["statements"]
    assert statement["vulnerability"] == {"name": "CVE-2023-38545"}
    assert [product["@id"].partition("?")[0] for product in statement["products"]] == [f"pkg:oci/app@{DIGEST}"]
    assert (result.exit_code, result.stderr.startswith("findings/broken.json: ")) == (1, True)


def test_openvex_has_no_empty_documents(tmp_path: Path) -> None:
    file = tmp_path / "empty.openvex.json"
    result = run("export", str(file), "--format", "openvex")
    assert (result.exit_code, file.exists()) == (1, False)
    assert "OpenVEX, which has no empty documents" in result.stderr
