"""`import`."""

import json
from pathlib import Path

import boto3
import pytest

from tests.cli.configs.table import CENTOS, ID, OTHER_ID, SAMPLES, TABLE, contents, run, stored
from tests.not_empty import not_empty

OF_SAMPLES = [("amazonlinux", ["2018.03"]), ("test/centos", None), ("test/ubuntu", ["16.04", "latest"])]
BUCKET = "ecr-continuous-scan-config"


def put_objects(contents_by_key: dict[str, bytes]) -> None:
    """Make the bucket, with these objects."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, content in contents_by_key.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)


def sample_files() -> list[Path]:
    return not_empty(sorted(SAMPLES.glob("*.json")))


@pytest.mark.parametrize(
    "sources", [[str(SAMPLES)], [str(path) for path in SAMPLES.glob("*.json")]], ids=["directory", "files"]
)
def test_the_sample_files_are_imported(sources: list[str]) -> None:
    result = run("import", *sources)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "3 added, 0 skipped"
    assert contents() == OF_SAMPLES
    again = run("import", *sources).stdout.splitlines()
    assert [line for line in again[:-1] if not line.startswith(f"skipped {SAMPLES}/scan-config-")] == []
    assert (again[-1], contents()) == ("0 added, 3 skipped", OF_SAMPLES)


def test_a_dry_run_shows_the_changes_and_makes_none() -> None:
    shown = run("import", str(SAMPLES), "--dry-run").stdout.splitlines()
    assert (len(shown), shown[-1]) == (4, "3 added, 0 skipped (dry run: nothing was changed)")
    assert stored() == []


def test_the_bucket_of_the_sample_is_imported_with_its_ids_and_moments() -> None:
    objects = {"configs/": b"", "other/readme.txt": b"no configuration"}
    for number, path in enumerate(sample_files(), 1):
        config = json.loads(path.read_text()) | {"id": f"{number}f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e"}
        objects[f"configs/{config['id']}"] = json.dumps(config | {"created": f"156992781{number}"}).encode()
    put_objects(objects)
    result = run("import", f"s3://{BUCKET}/configs/")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "3 added, 0 skipped")
    assert [(config["id"][0], config["created"]) for config in stored()] == [
        ("1", "1569927811"),
        ("2", "1569927812"),
        ("3", "1569927813"),
    ]


def test_what_another_api_lists_is_imported_from_standard_input() -> None:
    listed = [CENTOS | {"id": ID, "created": "1569927812", "tags": None}]
    assert run("import", "-", text=json.dumps(listed)).stdout == (
        f"added {ID}: test/centos in us-west-2 of account 123456789012\n1 added, 0 skipped\n"
    )
    assert stored() == listed


def test_a_list_that_was_written_can_be_read_again() -> None:
    run("import", str(SAMPLES))
    before = run("list", "--output", "json").stdout
    for config in json.loads(before):
        run("remove", config["id"])
    assert run("import", "-", text=before).exit_code == 0
    assert run("list", "--output", "json").stdout == before


def test_doubles_are_named_with_what_has_the_same_images() -> None:
    run("import", "-", text=json.dumps(CENTOS | {"id": ID, "tags": ["7", "8"]}))
    result = run("import", "-", text=json.dumps([CENTOS | {"id": OTHER_ID, "tags": ["8", "7"]}, CENTOS, CENTOS]))
    of_account = "test/centos in us-west-2 of account 123456789012"
    lines = result.stdout.splitlines()
    new_id = next(config["id"] for config in stored() if config["tags"] is None)
    assert lines == [
        f"added {new_id}: {of_account}",
        f"skipped standard input, entry 1: there already as {ID}: {of_account}, tags 7, 8",
        f"skipped standard input, entry 3: there already as {new_id}: {of_account}",
        "1 added, 2 skipped",
    ]


def test_all_files_are_checked_and_each_fault_names_its_file_before_anything_is_written(tmp_path: Path) -> None:
    texts = {
        "a.json": json.dumps(CENTOS),
        "b.json": json.dumps(CENTOS | {"tag": ["7"]}),
        "c.json": "{",
        "d.json": json.dumps([CENTOS, {"region": "us-west-2", "registry": 123456789012, "repository": "x/y"}]),
        "e.json": json.dumps(CENTOS | {"id": "mine", "tags": ["9"]}),
        "f.json": "\n",
        "notes.txt": "no configuration",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    result = run("import", str(tmp_path))
    assert (result.exit_code, result.stdout, stored()) == (2, "", [])
    said = [
        f"{tmp_path}/c.json is b'{{'",
        f"{tmp_path}/f.json is b'\\n'",
        f"a key of {tmp_path}/b.json is 'tag'",
        f"registry of {tmp_path}/d.json, entry 2 is 123456789012",
        f"id of {tmp_path}/e.json is 'mine'",
    ]
    assert [words for words in said if words not in result.stderr] == []
    assert len(result.stderr.splitlines()) == len(said)


@pytest.mark.parametrize("first", ["stored", "in the same import"])
def test_an_id_of_other_images_is_a_fault(first: str) -> None:
    centos, ubuntu = CENTOS | {"id": ID}, CENTOS | {"id": ID, "repository": "test/ubuntu"}
    if first == "stored":
        run("import", "-", text=json.dumps(centos))
    before = stored()
    result = run("import", "-", text=json.dumps([centos, ubuntu]))
    assert (result.exit_code, result.stdout, stored()) == (2, "", before)
    assert f"id of standard input, entry 2 is '{ID}': allowed is another one" in result.stderr
    assert "test/centos in us-west-2" in result.stderr


def test_an_id_of_an_item_that_cannot_be_read_stays_as_it_is() -> None:
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": ID}})
    result = run("import", "-", text=json.dumps(CENTOS | {"id": ID}))
    assert (result.exit_code, f"a configuration with the id {ID} is stored already" in result.stderr) == (2, True)
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Items"] == [{"id": {"S": ID}}]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("s3://", "the address is 's3://': allowed is s3://BUCKET or s3://BUCKET/PREFIX"),
        (f"s3://{BUCKET}/none/", "allowed is one with objects"),
        ("s3://somebody-elses", "NoSuchBucket"),
        (f"s3://{BUCKET}/large", "the object is 'large': allowed is one with at most 1,000,000 bytes"),
        (f"s3://{BUCKET}/many/", "allowed is one with at most 1,000 objects"),
    ],
)
def test_an_address_that_has_no_configurations_is_refused(source: str, said: str) -> None:
    many = {f"many/{number}": b"{}" for number in range(1_001)} if "many" in source else {}
    put_objects({"large": b" " * 1_000_001} | many)
    result = run("import", source)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_path_without_configurations_is_refused(tmp_path: Path) -> None:
    assert "allowed is one with files that end in .json" in run("import", str(tmp_path)).stderr
    result = run("import", str(tmp_path / "none.json"))
    assert (result.exit_code, "none.json': allowed is one that can be read (No such file" in result.stderr) == (2, True)
    assert run("import").exit_code == 2
