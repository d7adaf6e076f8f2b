"""`/metrics`: what Prometheus gets."""

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ecr_scan_reporter.settings.api import Authorization
from ecr_scan_reporter.web.endpoints import metrics
from tests.unit.web.world import READ, World, basic


def names(text: str) -> set[str]:
    return {family.name for family in text_string_to_metric_families(text)}


def test_prometheus_gets_the_metrics_of_the_detail_of_the_stack(world: World) -> None:
    answered = world.call("/metrics", token="", authorization=basic(READ), accept_encoding="gzip")
    assert (answered.status, answered.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert answered.headers["content-encoding"] == "gzip"
    assert "aws_ecr_repository_findings" in names(answered.text)
    assert not any(name.startswith("aws_ecr_image_") for name in names(answered.text))
    assert world.call("/metrics", accept_encoding="identity").text == answered.text


@pytest.mark.parametrize("detail", ["registry", "image"])
def test_another_detail_is_a_parameter(world: World, detail: str) -> None:
    found = names(world.call(f"/metrics?detail={detail}").text)
    assert ("aws_ecr_image_size_in_bytes" in found) == (detail == "image")
    assert "aws_ecr_owner_findings" in found


def test_a_tag_is_escaped(world: World) -> None:
    families = text_string_to_metric_families(world.call("/metrics?detail=image").text)
    tags = {sample.labels.get("tag") for family in families for sample in family.samples}
    assert "<script>" in tags


@pytest.mark.parametrize("authorization", [Authorization.IAM, Authorization.JWT])
def test_a_scraper_that_cannot_sign_has_the_read_token(world: World, authorization: Authorization) -> None:
    world.settings = replace(world.settings, authorization=authorization)
    assert world.call("/metrics", token=READ).status == 200
    assert world.call("/images", token=READ).status == 401


def test_what_is_too_large_for_a_function_is_refused_and_not_sent_elsewhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(world.call("/metrics?detail=image", accept_encoding="identity").body)
    monkeypatch.setattr(metrics, "MAX_BODY", size - 1)
    refused = world.call("/metrics?detail=image", accept_encoding="identity")
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")
    (error,) = refused.json["errors"]
    assert (error["name"], error["value"]) == ("detail", "'image'")
    assert "larger than the 6 MB" in error["allowed"]
    assert world.call("/metrics?detail=image", accept_encoding="gzip").status == 200
    assert world.published == []


def test_the_same_text_is_answered_with_304(world: World) -> None:
    first = world.call("/metrics", accept_encoding="gzip")
    again = world.call("/metrics", accept_encoding="gzip", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
