"""The sample registry is large and mixed, consistent, and the same at every run."""

import re
from typing import Any

from local import manifests
from local.sample_registry import findings, read_sample, sample_images
from tests.not_empty import not_empty

SAMPLE = read_sample()


def kinds() -> list[str]:
    """What each image of the sample is."""
    return [image.get("kind", "image") for repository in SAMPLE["repositories"] for image in repository["images"]]


def images() -> list[dict[str, Any]]:
    """Each image as it is pushed."""
    return not_empty(list(sample_images(SAMPLE)))


def test_it_is_as_large_and_as_mixed_as_a_companys() -> None:
    assert len(SAMPLE["repositories"]) >= 10
    assert len(images()) >= 60
    assert len(SAMPLE["vulnerabilities"]) >= 40
    assert {"image", "index", "attestation", "signature", "chart"} == set(kinds())
    assert any(len(image["tags"]) > 1 for image in images())
    assert any(not image["tags"] for image in images())
    assert any("unsupportedSystem" in image for image in images())
    assert any("scannedHoursAgo" not in image for image in images())


def test_its_ages_reach_from_hours_to_two_years() -> None:
    ages = [image["pushedHoursAgo"] for image in images()]
    assert min(ages) < 24
    assert max(ages) >= 2 * 365 * 24


def test_no_image_was_scanned_before_it_was_pushed() -> None:
    assert all(image.get("scannedHoursAgo", 0) <= image["pushedHoursAgo"] for image in images())


def test_each_image_has_a_digest_of_its_own_which_is_the_same_at_every_run() -> None:
    first = [manifests.digest(image["manifest"]) for image in images()]
    assert len(set(first)) == len(first)
    assert first == [manifests.digest(image["manifest"]) for image in images()]


def test_an_index_names_the_digests_of_images_that_were_pushed_before_it() -> None:
    pushed: set[str] = set()
    indexes = 0
    for image in images():
        listed = {entry["digest"] for entry in image["manifest"].get("manifests", [])}
        assert listed <= pushed
        indexes += bool(listed)
        pushed.add(manifests.digest(image["manifest"]))
    assert indexes == 1


def test_every_vulnerability_is_a_cve_of_some_package_and_every_package_is_installed_somewhere() -> None:
    of_packages = {name for names in SAMPLE["packages"].values() for name in names}
    systems = [package for system in SAMPLE["systems"].values() for package in system["packages"]]
    own = [
        package
        for repository in SAMPLE["repositories"]
        for image in repository["images"]
        for package in image.get("packages", [])
    ]
    assert all(re.fullmatch(r"CVE-\d{4}-\d{4,}", name) for name in not_empty(SAMPLE["vulnerabilities"]))
    assert of_packages == set(SAMPLE["vulnerabilities"])
    assert set(systems + own) == set(SAMPLE["packages"])


def test_a_finding_is_worded_as_ecr_words_it() -> None:
    finding = findings(SAMPLE, "debian-11", ["apache-log4j2 2.13.3-1"])[0]
    attributes = {attribute["key"]: attribute["value"] for attribute in finding["attributes"]}
    assert (finding["name"], finding["severity"]) == ("CVE-2021-44228", "CRITICAL")
    assert finding["uri"] == "https://security-tracker.debian.org/tracker/CVE-2021-44228"
    assert (attributes["package_name"], attributes["package_version"]) == ("apache-log4j2", "2.13.3-1")
    assert attributes["CVSS3_SCORE"] == "10"
    assert attributes["CVSS3_VECTOR"].startswith("CVSS:3.1/")
