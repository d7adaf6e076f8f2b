import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import MAX_CONTINUATIONS, ScanJob, format_job, parse_job
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError
from tests.unit.samples import DIGEST

texts = st.text(min_size=1, max_size=20)
references = st.builds(ImageReference, digest=texts) | st.builds(ImageReference, tag=texts)
jobs = st.builds(
    ScanJob,
    repository=texts,
    registry_id=st.none() | texts,
    region=st.none() | texts,
    role_arn=st.none() | texts,
    images=st.lists(references, unique=True).map(tuple),
    dry_run=st.booleans(),
    continuation=st.integers(0, MAX_CONTINUATIONS),
)


def test_the_smallest_job_names_a_repository() -> None:
    assert parse_job('{"repositoryName": "team/app"}') == ScanJob("team/app")
    assert json.loads(format_job(ScanJob("team/app"))) == {"repositoryName": "team/app"}


def test_a_job_may_name_registry_region_role_and_images() -> None:
    body = {
        "repositoryName": "team/app",
        "registryId": "123456789012",
        "region": "eu-west-1",
        "roleArn": "arn:aws:iam::123456789012:role/scan",
        "images": [{"imageDigest": DIGEST}, {"imageTag": "1.2"}],
        "dryRun": True,
        "continuation": 2,
    }
    job = ScanJob(
        "team/app",
        registry_id="123456789012",
        region="eu-west-1",
        role_arn="arn:aws:iam::123456789012:role/scan",
        images=(ImageReference(digest=DIGEST), ImageReference(tag="1.2")),
        dry_run=True,
        continuation=2,
    )
    assert parse_job(json.dumps(body)) == job
    assert json.loads(format_job(job)) == body


@given(jobs)
def test_a_job_is_received_as_it_was_sent(job: ScanJob) -> None:
    assert parse_job(format_job(job)) == job


@given(jobs)
def test_a_job_is_sent_as_ascii_so_that_its_characters_are_its_bytes(job: ScanJob) -> None:
    assert format_job(job).isascii()


@pytest.mark.parametrize("more", [{"priority": 1}, {"RepositoryName": "x"}, {"images": None}, {"registryId": None}])
def test_unknown_keys_are_ignored_and_null_is_not_given(more: dict[str, Any]) -> None:
    assert parse_job(json.dumps({"repositoryName": "team/app"} | more)) == ScanJob("team/app")


def test_an_image_named_twice_is_scanned_once_and_a_digest_wins_over_the_tag_beside_it() -> None:
    images = [{"imageTag": "1.2"}, {"imageDigest": DIGEST, "imageTag": "1.2"}, {"imageTag": "1.2"}]
    job = parse_job(json.dumps({"repositoryName": "team/app", "images": images}))
    assert job.images == (ImageReference(tag="1.2"), ImageReference(digest=DIGEST))


@pytest.mark.parametrize(
    "text", ["", "team/app", "{", "[]", '"team/app"', "null", "7", '[{"repositoryName": "team/app"}]']
)
def test_a_job_that_is_no_json_object_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_job(text)
    assert str(refusal.value).startswith(f"the job is {text!r}: allowed is a JSON object")
    assert '{"repositoryName": "team/app"}' in str(refusal.value)


def test_only_the_beginning_of_a_very_long_body_is_quoted() -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_job("x" * 200_000)
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("repositoryName", None),
        ("repositoryName", ""),
        ("repositoryName", 7),
        ("repositoryName", ["team/app"]),
        ("registryId", 123456789012),
        ("registryId", ""),
        ("region", False),
        ("roleArn", {}),
        ("dryRun", "true"),
        ("dryRun", 1),
        ("continuation", -1),
        ("continuation", "1"),
        ("continuation", True),
        ("continuation", 1.5),
        ("images", {}),
        ("images", "1.2"),
        ("images", 7),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_job(json.dumps({"repositoryName": "team/app"} | {key: value}))
    assert str(refusal.value).startswith(f"{key} of the job is {value!r}: allowed is ")


@pytest.mark.parametrize(
    "entry",
    [
        {},
        "1.2",
        None,
        {"imageTag": ""},
        {"imageTag": 12},
        {"imageDigest": ""},
        {"imageDigest": 7, "imageTag": "1.2"},
        {"tag": "1.2"},
    ],
)
def test_an_image_needs_a_digest_or_a_tag(entry: object) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_job(json.dumps({"repositoryName": "team/app", "images": [{"imageTag": "ok"}, entry]}))
    assert str(refusal.value).startswith(f"an entry in images of the job is {entry!r}: allowed is ")
    assert '"imageDigest" and "imageTag"' in str(refusal.value)


def test_a_job_goes_on_with_all_it_says() -> None:
    job = ScanJob("team/app", registry_id="123456789012", images=(ImageReference(tag="1.2"),), dry_run=True)
    assert job.next() == ScanJob(
        "team/app", registry_id="123456789012", images=(ImageReference(tag="1.2"),), dry_run=True, continuation=1
    )


def test_a_job_does_not_go_on_for_ever() -> None:
    job = ScanJob("team/app", continuation=MAX_CONTINUATIONS - 1).next()
    with pytest.raises(JobIncompleteError, match=f"team/app was continued {MAX_CONTINUATIONS} times"):
        job.next()


def test_an_empty_list_of_images_is_none_and_not_all() -> None:
    assert parse_job('{"repositoryName": "team/app", "images": []}').images == ()
    assert parse_job('{"repositoryName": "team/app"}').images is None
    assert parse_job(format_job(ScanJob("team/app", images=()))) == ScanJob("team/app", images=())


def test_a_job_says_how_many_share_the_days_scans() -> None:
    assert format_job(ScanJob("team/app", jobs_in_run=3)) == '{"repositoryName": "team/app", "jobsInRun": 3}'
    assert parse_job('{"repositoryName": "team/app", "jobsInRun": 3}').jobs_in_run == 3
