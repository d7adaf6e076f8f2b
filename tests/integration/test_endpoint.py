"""The functions work with any AWS that AWS_ENDPOINT_URL names."""

import copy
import json

import pytest

import images_scanner
import reporter
import repositories_scanner
from tests.integration.account import Account, LambdaContext
from tests.integration.gateway import running_gateway
from tests.recorded_events import load_event


def test_the_whole_chain_runs_on_the_endpoint_that_the_environment_names(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    with running_gateway() as (url, services):
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)

        assert repositories_scanner.lambda_handler(load_event("scheduled"), LambdaContext())["jobs"] == 1
        (job,) = account.jobs()
        batch = copy.deepcopy(load_event("scan_jobs"))
        batch["Records"] = batch["Records"][:1]
        batch["Records"][0]["body"] = json.dumps(job)
        assert images_scanner.lambda_handler(batch, LambdaContext()) == {"batchItemFailures": []}

        event = load_event("scan_complete")
        event["detail"]["image-digest"] = digest
        assert reporter.lambda_handler(event, LambdaContext())["reported"] is True

    assert services == {"ecr", "sqs", "dynamodb", "s3", "sns"}
    assert account.is_scanned("team/app", digest)
    assert account.reports()[0]["document"]["imageDigest"] == digest
    assert set(account.ledger()) == {f"{digest}#scanner", f"{digest}#reporter"}
    assert len(account.stored_findings()) == 1
