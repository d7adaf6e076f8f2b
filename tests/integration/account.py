"""An AWS account with the resources that the template makes, and their contents."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import moto.core.models  # noqa: F401 - moto sees only sessions that are made after it
import requests

REGION = "eu-west-1"
ACCOUNT_ID = "123456789012"
CONTAINER = {
    "manifest": "application/vnd.docker.distribution.manifest.v2+json",
    "config": "application/vnd.docker.container.image.v1+json",
}
FINDINGS_API = "http://motoapi.amazonaws.com/moto-api/static/ecr/scan-finding-results"
SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)


@dataclass
class LambdaContext:
    """What Lambda passes beside the event."""

    milliseconds_left: int = 300_000
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:function"
    aws_request_id: str = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds_left


class Account:
    """The resources; `inbox` is a queue that is subscribed to the topic."""

    def __init__(self, endpoint_url: str | None = None) -> None:
        def client(service: Any) -> Any:
            return SESSION.client(service, endpoint_url=endpoint_url)

        self.ecr, self.sqs, self.sns = client("ecr"), client("sqs"), client("sns")
        self.dynamodb, self.s3 = client("dynamodb"), client("s3")
        self.jobs_url = self.new_queue("jobs")
        self.inbox_url = self.new_queue("inbox")
        self.topic_arn = self.new_topic()
        self._new_table("ledger", "repository", "record")
        self._new_table("reported-events", "id")
        self._new_table("suppressions", "id")
        self._new_table("configs", "id")
        self.s3.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": REGION})
        self._layers = self._configs = 0

    def environment(self) -> dict[str, str]:
        """Return the functions' variables, as the template sets them."""
        return {
            "IMAGES_SCAN_JOBS_QUEUE_URL": self.jobs_url,
            "SCAN_LEDGER_TABLE": "ledger",
            "ECR_SNS_REPORT_TOPIC_ARN": self.topic_arn,
            "IDEMPOTENCY_TABLE": "reported-events",
            "FINDINGS_BUCKET": "findings",
            "SUPPRESSIONS_TABLE": "suppressions",
        }

    def new_queue(self, name: str) -> str:
        url: str = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        return url

    def new_topic(self) -> str:
        arn: str = self.sns.create_topic(Name="report")["TopicArn"]
        self.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:inbox")
        return arn

    def _new_table(self, name: str, *keys: str) -> None:
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )

    def new_repositories(self, *names: str) -> None:
        for name in names:
            self.ecr.create_repository(repositoryName=name)

    def push(self, repository: str, tag: str | None = None, ecr: Any = None, **media_types: str) -> str:
        """Push an image and return its digest."""
        self._layers += 1
        types = CONTAINER | media_types
        manifest = {
            "schemaVersion": 2,
            "mediaType": types["manifest"],
            "config": {"mediaType": types["config"], "size": 1, "digest": f"sha256:{self._layers:064x}"},
            "layers": [{"mediaType": "application/x", "size": 1, "digest": f"sha256:{self._layers + 500:064x}"}],
        }
        tagged = {"imageTag": tag} if tag else {}
        pushed = (ecr or self.ecr).put_image(
            repositoryName=repository,
            imageManifest=json.dumps(manifest),
            imageManifestMediaType=types["manifest"],
            **tagged,
        )
        digest: str = pushed["image"]["imageId"]["imageDigest"]
        return digest

    def is_scanned(self, repository: str, digest: str, ecr: Any = None, **registry: str) -> bool:
        """Return whether a scan of the image was started; `registry` has the registryId of another account."""
        client = ecr or self.ecr
        try:
            client.describe_image_scan_findings(repositoryName=repository, imageId={"imageDigest": digest}, **registry)
        except client.exceptions.ScanNotFoundException:
            return False
        return True

    def finds(
        self, repository: str, digest: str, status: str, description: str = "", *, ecr: Any = None, **findings: Any
    ) -> None:
        """Scan the image now, with this result."""
        client = ecr or self.ecr
        result = {
            "registryId": ACCOUNT_ID,
            "repositoryName": repository,
            "imageId": {"imageDigest": digest},
            "imageScanStatus": {"status": status, "description": description},
            "imageScanFindings": findings,
        }
        requests.post(
            FINDINGS_API, json={"results": [result], "region": client.meta.region_name}, timeout=5
        ).raise_for_status()
        client.start_image_scan(repositoryName=repository, imageId={"imageDigest": digest})

    def jobs(self, url: str = "") -> list[dict[str, Any]]:
        """Take all jobs from the queue."""
        return [json.loads(body) for body in self._take(url or self.jobs_url)]

    def reports(self) -> list[dict[str, Any]]:
        """Take all messages that the topic has delivered to the inbox: attributes, subject, and document."""
        envelopes = [json.loads(body) for body in self._take(self.inbox_url)]
        return [
            {
                "subject": envelope["Subject"],
                "attributes": {name: value["Value"] for name, value in envelope["MessageAttributes"].items()},
                "document": json.loads(envelope["Message"]),
            }
            for envelope in envelopes
        ]

    def _take(self, url: str) -> list[str]:
        bodies: list[str] = []
        while True:
            messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            if not messages:
                return bodies
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def ledger(self) -> dict[str, dict[str, Any]]:
        """Return what the ledger knows of images, by digest and writer."""
        items = self.dynamodb.scan(TableName="ledger")["Items"]
        return {item["record"]["S"]: item for item in items if item["record"]["S"].startswith("sha256:")}

    def suppress(self, **rule: str) -> None:
        """Write a rule, as the command line does."""
        fields = {"id": "rule-1", "reason": "not reachable", "until": "never"} | rule
        made = {"createdBy": "somebody", "createdAt": "2026-01-01T00:00:00Z"}
        self.dynamodb.put_item(
            TableName="suppressions", Item={key: {"S": value} for key, value in (fields | made).items()}
        )

    def configure(self, repository: str, *tags: str, **fields: str) -> str:
        """Write a scan configuration, as the API does; return its id."""
        self._configs += 1
        config_id = f"00000000-0000-4000-8000-{self._configs:012d}"
        place = {"region": REGION, "registry": ACCOUNT_ID, "repository": repository}
        item: dict[str, Any] = {
            key: {"S": value} for key, value in ({"id": config_id, "created": "1569927812"} | place | fields).items()
        }
        if tags:
            item["tags"] = {"L": [{"S": tag} for tag in tags]}
        self.dynamodb.put_item(TableName="configs", Item=item)
        return config_id

    def tag(self, repository: str, **tags: str) -> None:
        """Give a repository AWS tags."""
        arn = self.ecr.describe_repositories(repositoryNames=[repository])["repositories"][0]["repositoryArn"]
        self.ecr.tag_resource(resourceArn=arn, tags=[{"Key": key, "Value": value} for key, value in tags.items()])

    def stored_findings(self) -> dict[str, dict[str, Any]]:
        """Return the documents of the findings bucket by key."""
        listed = self.s3.list_objects_v2(Bucket="findings", Prefix="findings/").get("Contents", [])
        return {
            entry["Key"]: json.loads(self.s3.get_object(Bucket="findings", Key=entry["Key"])["Body"].read())
            for entry in listed
        }
