"""`/configs`: scan configurations, as amazon-ecr-continuous-scan has them."""

from typing import Any

import pytest

from tests.unit.web.world import CENTOS, NOW, READ, UBUNTU, World

NEW = {"region": "us-west-2", "registry": "123456789012", "repository": "amazonlinux", "tags": ["2018.03"]}
CREATED = str(int(NOW.timestamp()))


def test_they_are_a_list_as_in_the_sample(world: World) -> None:
    first, second = world.call("/configs", token=READ).json
    assert first == {
        "id": UBUNTU.id,
        "created": CREATED,
        "region": "us-west-2",
        "registry": "123456789012",
        "repository": "test/ubuntu",
        "tags": ["16.04", "18.04"],
    }
    assert (second["id"], second["tags"]) == (CENTOS.id, None)


def test_one_is_added_and_the_answer_is_its_id(world: World) -> None:
    made = world.call("/configs/", "POST", body=NEW)
    name = made.text.strip()
    assert (made.status, made.headers["content-type"]) == (201, "text/plain; charset=utf-8")
    assert made.headers["location"] == f"/configs/{name}"
    assert world.call(made.headers["location"]).json == NEW | {"id": name, "created": CREATED}


def test_it_is_all_of_it_where_json_is_preferred(world: World) -> None:
    made = world.call("/configs", "POST", body=NEW, accept="application/json")
    assert (made.status, made.json["repository"]) == (201, "amazonlinux")


def test_one_that_names_the_same_images_is_not_added_again(world: World) -> None:
    same = {"region": "us-west-2", "registry": "123456789012", "repository": "test/centos"}
    answered = world.call("/configs", "POST", body=same)
    assert (answered.status, answered.text.strip()) == (200, CENTOS.id)
    assert len(world.configs.stored) == 2


def test_an_id_that_belongs_to_other_images_is_a_conflict(world: World) -> None:
    assert world.call("/configs", "POST", body=NEW | {"id": UBUNTU.id}).status == 409
    assert world.configs.stored[UBUNTU.id] == UBUNTU


def test_one_is_replaced_and_keeps_its_moment(world: World) -> None:
    answered = world.call(f"/configs/{UBUNTU.id}", "PUT", body=NEW)
    assert (answered.status, answered.json) == (200, NEW | {"id": UBUNTU.id, "created": CREATED})
    assert world.call(f"/configs/{UBUNTU.id}").json == answered.json
    assert world.call(f"/configs/{UBUNTU.id}", "PUT", body=NEW | {"id": CENTOS.id}).status == 400


def test_one_is_removed_once(world: World) -> None:
    assert world.call(f"/configs/{UBUNTU.id}", "DELETE").status == 204
    assert world.call(f"/configs/{UBUNTU.id}", "DELETE").status == 404


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", NEW), ("DELETE", None)])
@pytest.mark.parametrize("name", ["unknown", "2f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e", "ü"])
def test_an_unknown_one_is_404(world: World, method: str, body: Any, name: str) -> None:
    assert world.call(f"/configs/{name}", method, body=body).status == 404


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"region": "mars"}, "region"),
        ({"registry": "12"}, "registry"),
        ({"repository": "UPPER"}, "repository"),
        ({"tags": "16.04"}, "tags"),
        ({"tags": ["a b"]}, "tags"),
        ({"tag": ["16.04"]}, "tag"),
    ],
)
def test_wrong_members_are_named_with_what_is_allowed(world: World, wrong: dict[str, Any], name: str) -> None:
    for method, path in (("POST", "/configs"), ("PUT", f"/configs/{UBUNTU.id}")):
        answered = world.call(path, method, body=NEW | wrong)
        (error,) = answered.json["errors"]
        assert (answered.status, error["allowed"] != "") == (400, True)
        assert name in answered.json["detail"]
    assert list(world.configs.stored.values()) == [UBUNTU, CENTOS]
