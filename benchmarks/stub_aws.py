"""The AWS of the stub: a registry of made-up images, a table, a queue. It counts calls and records started scans."""

import hashlib
import json
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from typing import Any

from benchmarks import stub_stores
from benchmarks.stub_http import Answer, RateLimit, Service, ok, refusal

ACCOUNT = "123456789012"
DAY = 86_400.0
ITEMS_A_PAGE = 4_000  # about 1 MB of small items, the limit of one Query
ECR_SECONDS, SQS_SECONDS, DYNAMODB_SECONDS = 0.040, 0.040, 0.005


def digest_of(number: int) -> str:
    """Return the digest of an image."""
    return f"sha256:{number:064x}"


class StubAws:
    """`repositories` of `images` each: every `images / due`-th was scanned 30 days ago, the others yesterday.

    `start_rate` is the number of scans that ECR starts in a second; `latency_seconds` is for every operation.
    """

    def __init__(
        self,
        repositories: int = 1,
        images: int = 1_000,
        due: int = 0,
        *,
        ledger_is_full: bool = False,
        daily_quota: int | None = None,
        start_rate: int | None = None,
        latency_factor: float = 1.0,
        latency_seconds: float | None = None,
        findings: int = 0,
    ) -> None:
        self.stores = stub_stores.StubStores()
        self.findings = [_finding(number) for number in range(findings)]
        self.daily_quota = daily_quota
        self.now = time.time()
        self.names = [f"team-{number % 10}/app-{number:05d}" for number in range(repositories)]
        self.images, self.due = images, due
        self.started: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.messages: list[str] = []
        self.table: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._sorted: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        self._pages: dict[tuple[int, int], bytes] = {}
        if ledger_is_full:
            for name in self.names:
                for number in range(images):
                    self._remember(name, number)
        self.service = Service(
            handlers={name: getattr(self, f"_{name}") for name in _LATENCY} | self.stores.handlers,
            latency={
                name: (seconds if latency_seconds is None else latency_seconds) * latency_factor
                for name, seconds in (_LATENCY | stub_stores.LATENCY).items()
            },
            limits={"StartImageScan": RateLimit(start_rate)} if start_rate else {},
        )

    def is_due(self, number: int) -> bool:
        """Return whether an image was scanned 30 days ago."""
        return self.due > 0 and number * self.due % self.images < self.due

    def due_scans(self) -> Counter[tuple[str, str]]:
        """Return the scans that must start, each once."""
        digests = [digest_of(number) for number in range(self.images) if self.is_due(number)]
        return Counter((name, digest) for name in self.names for digest in digests)

    def _scanned_at(self, number: int) -> float:
        return self.now - (30 * DAY if self.is_due(number) else DAY)

    def _remember(self, name: str, number: int) -> None:
        partition, record = f"{ACCOUNT}/us-east-1/{name}", f"{digest_of(number)}#reporter"
        self.table[partition][record] = {
            "repository": {"S": partition},
            "record": {"S": record},
            "status": {"S": "COMPLETE"},
            "scannedAt": {"N": str(int(self._scanned_at(number)))},
        }

    # --- ECR ----------------------------------------------------------------------------------------------------------

    def _DescribeRepositories(self, call: dict[str, Any]) -> Answer:  # noqa: N802 - the API's own name, as below
        start, size = int(call.get("nextToken", 0)), call.get("maxResults", 100)
        repositories = [{"repositoryName": name, "registryId": ACCOUNT} for name in self.names[start : start + size]]
        return ok({"repositories": repositories, **_next(start + size, len(self.names))})

    def _DescribeImages(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        if "imageIds" in call:
            named = [int(image_id["imageDigest"][7:], 16) for image_id in call["imageIds"]]
            return ok({"imageDetails": [self._image(number, call["repositoryName"]) for number in named]})
        start, size = int(call.get("nextToken", 0)), call.get("maxResults", 100)
        if (start, size) not in self._pages:
            numbers = range(start, min(start + size, self.images))
            details = [self._image(number, call["repositoryName"]) for number in numbers]
            self._pages[start, size] = json.dumps(
                {"imageDetails": details, **_next(start + size, self.images)}
            ).encode()
        return ok(self._pages[start, size])

    def _image(self, number: int, name: str) -> dict[str, Any]:
        return {
            "registryId": ACCOUNT,
            "repositoryName": name,
            "imageDigest": digest_of(number),
            "imageTags": [f"1.{number}"],
            "imageSizeInBytes": 50_000_000 + number,
            "imagePushedAt": self.now - 60 * DAY + number,
            "imageManifestMediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "artifactMediaType": "application/vnd.docker.container.image.v1+json",
        }

    def _DescribeImageScanFindings(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        digest = call["imageId"]["imageDigest"]
        if (call["repositoryName"], digest) in self.started:
            return ok({"imageScanStatus": {"status": "IN_PROGRESS"}})
        scan = {
            "imageScanCompletedAt": self._scanned_at(int(digest[7:], 16)),
            "findingSeverityCounts": {"HIGH": len(self.findings)} if self.findings else {},
            "findings": self.findings,
        }
        return ok({"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": scan})

    def _StartImageScan(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        scan = (call["repositoryName"], call["imageId"]["imageDigest"])
        if scan in self.started:
            self.refused[scan] += 1
            return refusal("LimitExceededException", "The scan quota per image has been exceeded. Wait and try again.")
        if self.daily_quota is not None and len(self.started) >= self.daily_quota:
            self.refused[scan] += 1
            return refusal("LimitExceededException", "The daily scan limit of the registry has been exceeded.")
        self.started[scan] += 1
        return ok({"imageScanStatus": {"status": "IN_PROGRESS"}})

    def _GetRegistryScanningConfiguration(self, _: dict[str, Any]) -> Answer:  # noqa: N802
        return ok({"registryId": ACCOUNT, "scanningConfiguration": {"scanType": "BASIC", "rules": []}})

    def _ListTagsForResource(self, _: dict[str, Any]) -> Answer:  # noqa: N802
        return ok({"tags": []})

    # --- DynamoDB -----------------------------------------------------------------------------------------------------

    def _Query(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        partition = call["ExpressionAttributeValues"][":repository"]["S"]
        records = self._sorted.get(partition, [])
        if self._sizes.get(partition) != len(self.table[partition]):
            self._sizes[partition] = len(self.table[partition])
            # The results of images; no function queries the rest of the partition.
            records = self._sorted[partition] = sorted(r for r in self.table[partition] if r.startswith("sha256:"))
        start = bisect_right(records, call.get("ExclusiveStartKey", {}).get("record", {}).get("S", ""))
        page = records[start : start + min(ITEMS_A_PAGE, call.get("Limit", ITEMS_A_PAGE))]
        answer: dict[str, Any] = {"Items": [self.table[partition][record] for record in page], "Count": len(page)}
        if len(records) > start + len(page):
            answer["LastEvaluatedKey"] = {"repository": {"S": partition}, "record": {"S": page[-1]}}
        return ok(answer)

    def _BatchWriteItem(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        for requests in call["RequestItems"].values():
            for request in requests:
                if "DeleteRequest" in request:
                    key = request["DeleteRequest"]["Key"]
                    self.table[key["repository"]["S"]].pop(key["record"]["S"], None)
                else:
                    item = request["PutRequest"]["Item"]
                    self.table[item["repository"]["S"]][item["record"]["S"]] = item
        return ok({"UnprocessedItems": {}})

    def _PutItem(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        if "record" not in call["Item"]:
            return self.stores.put(call)
        self.table[call["Item"]["repository"]["S"]][call["Item"]["record"]["S"]] = call["Item"]
        return ok({})

    def _UpdateItem(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        """Add to the budget of a day, if no more than `:most` is spent."""
        if "id" in call["Key"]:
            return self.stores.update(call)
        item = self.table[call["Key"]["repository"]["S"]].setdefault(call["Key"]["record"]["S"], dict(call["Key"]))
        spent, values = int(item.get("spent", {"N": "0"})["N"]), call["ExpressionAttributeValues"]
        if ":most" in values and spent > int(values[":most"]["N"]):
            return refusal("ConditionalCheckFailedException", "The conditional request failed")
        item["spent"] = {"N": str(spent + int(values[":scans"]["N"]))}
        return ok({})

    def _GetItem(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        item = self.table[call["Key"]["repository"]["S"]].get(call["Key"]["record"]["S"])
        return ok({"Item": item} if item else {})

    # --- SQS ----------------------------------------------------------------------------------------------------------

    def _SendMessage(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        self.messages.append(call["MessageBody"])
        return ok({"MessageId": "1", "MD5OfMessageBody": _md5(call["MessageBody"])})

    def _SendMessageBatch(self, call: dict[str, Any]) -> Answer:  # noqa: N802
        self.messages += [entry["MessageBody"] for entry in call["Entries"]]
        sent = [
            {"Id": entry["Id"], "MessageId": entry["Id"], "MD5OfMessageBody": _md5(entry["MessageBody"])}
            for entry in call["Entries"]
        ]
        return ok({"Successful": sent, "Failed": []})


_LATENCY = {
    "DescribeRepositories": ECR_SECONDS,
    "DescribeImages": ECR_SECONDS,
    "DescribeImageScanFindings": ECR_SECONDS,
    "StartImageScan": ECR_SECONDS,
    "GetRegistryScanningConfiguration": ECR_SECONDS,
    "ListTagsForResource": ECR_SECONDS,
    "Query": DYNAMODB_SECONDS,
    "BatchWriteItem": DYNAMODB_SECONDS,
    "PutItem": DYNAMODB_SECONDS,
    "GetItem": DYNAMODB_SECONDS,
    "UpdateItem": DYNAMODB_SECONDS,
    "SendMessage": SQS_SECONDS,
    "SendMessageBatch": SQS_SECONDS,
}


def _finding(number: int) -> dict[str, Any]:
    package = [{"key": "package_name", "value": f"package-{number}"}, {"key": "package_version", "value": "1.0"}]
    return {"name": f"CVE-2026-{number}", "severity": "HIGH", "attributes": package}


def _next(start: int, total: int) -> dict[str, str]:
    return {"nextToken": str(start)} if start < total else {}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
