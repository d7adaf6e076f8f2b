"""`/summary`, as amazon-ecr-continuous-scan has it."""

from dataclasses import replace

from tests.unit.web.world import UBUNTU, World

TEXT = """\
Results for test/ubuntu:16.04 in us-west-2:
 CRITICAL: 1
 MEDIUM: 1
 LOW: 1


Results for test/ubuntu:18.04 in us-west-2:
 (no image of the inventory has this tag)


Results for test/centos:7 in us-west-2:


"""


def test_the_summary_is_a_text_in_the_layout_of_the_sample(world: World) -> None:
    for accept in ("", "*/*", "text/html,*/*;q=0.8"):
        answered = world.call("/summary", accept=accept)
        assert (answered.text, answered.headers["content-type"]) == (TEXT, "text/plain; charset=utf-8")
        assert "accept" in answered.headers["vary"]


def test_it_is_json_where_that_is_preferred(world: World) -> None:
    answered = world.call("/summary", accept="application/json")
    assert answered.headers["content-type"] == "application/json"
    content = answered.json
    assert (content["total"], content["snapshot"]["id"]) == (3, "snapshot-1")
    first, missing, clean = content["items"]
    assert (first["config"], first["repository"], first["imageTag"]) == (UBUNTU.id, "test/ubuntu", "16.04")
    assert (first["counts"]["CRITICAL"], first["status"]) == (1, "current")
    assert (missing["imageTag"], missing["imageDigest"], missing["counts"]) == ("18.04", None, None)
    assert set(clean["counts"].values()) == {0}


def test_the_registry_has_every_tag_of_every_image(world: World) -> None:
    content = world.call("/summary?scope=registry", accept="application/json").json
    names = [(each["region"], f"{each['repository']}:{each['imageTag']}") for each in content["items"]]
    assert sorted(names) == [
        ("eu-west-1", "test/ubuntu:16.04"),
        ("us-west-2", "app:<script>"),
        ("us-west-2", "test/centos:7"),
        ("us-west-2", "test/ubuntu:16.04"),
        ("us-west-2", "test/ubuntu:20.04"),
        ("us-west-2", "test/ubuntu:latest"),
    ]
    assert {each["config"] for each in content["items"]} == {None}
    assert "Results for app:<script> in us-west-2:\n MEDIUM: 1\n" in world.call("/summary?scope=registry").text


def test_a_region_of_a_configuration_counts(world: World) -> None:
    world.configs.stored = {UBUNTU.id: replace(UBUNTU, region="eu-west-1", tags=None)}
    assert world.call("/summary").text == "Results for test/ubuntu:16.04 in eu-west-1:\n MEDIUM: 1\n\n\n"


def test_without_configurations_there_is_nothing(world: World) -> None:
    world.configs.stored.clear()
    assert world.call("/summary").text == ""
    assert world.call("/summary", accept="application/json").json["items"] == []


def test_a_wrong_scope_is_refused(world: World) -> None:
    (error,) = world.call("/summary?scope=all").json["errors"]
    assert error["allowed"] == "one of configs, registry"
