"""`/totals`, `/coverage`, `/left-behind`, `/session`: numbers of the whole registry, and who asks."""

import pytest

from tests.unit.web.world import READ, World


def test_totals_of_the_registry_of_repositories_and_of_owners(world: World) -> None:
    (everything,) = world.call("/totals").json["items"]
    assert (everything["images"], everything["counts"]["MEDIUM"]) == (6, 3)
    by_repository = world.call("/totals?by=repository").json
    assert by_repository["total"] == 4
    assert sum(each["images"] for each in by_repository["items"]) == 6
    owners = world.call("/totals?by=owner").json["items"]
    assert {each["name"]: each["images"] for each in owners} == {"team": 2, "": 4}


def test_totals_are_filtered(world: World) -> None:
    (found,) = world.call("/totals?repository=app").json["items"]
    assert found["images"] == 2


def test_coverage_is_of_all_or_by_repository_or_owner(world: World) -> None:
    (everything,) = world.call("/coverage").json["items"]
    assert everything["counts"]["current"] == 6
    assert len(world.call("/coverage?by=repository").json["items"]) == 4
    assert world.call("/coverage?repository=app").status == 400


def test_images_are_left_behind_when_nobody_used_them_for_long(world: World) -> None:
    assert world.call("/left-behind").json["items"] == []
    (found,) = world.call("/left-behind?unused=29d&repository=app").json["items"]
    assert (found["repository"], found["images"]) == ("app", 2)
    assert world.call("/left-behind?unused=long").status == 400


@pytest.mark.parametrize("path", ["/totals", "/coverage"])
def test_a_wrong_part_is_refused(world: World, path: str) -> None:
    (error,) = world.call(f"{path}?by=team").json["errors"]
    assert (error["name"], error["allowed"]) == ("by", "one of registry, repository, owner")


def test_a_session_says_who_calls_and_which_snapshot_answers(world: World) -> None:
    session = world.call("/session", token=READ).json
    assert (session["authorization"], session["subject"], session["canWrite"]) == ("TOKEN", "", False)
    assert (session["registryId"], session["region"]) == ("123456789012", "us-west-2")
    assert session["snapshot"]["id"] == "snapshot-1"
    assert world.call("/session").json["canWrite"] is True
