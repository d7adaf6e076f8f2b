from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from ecr_scan_reporter.domain.suppressions.purls import image_purl, package_purl, package_purls
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import DIGEST, FINDINGS

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def test_an_image_is_named_by_digest_and_repository() -> None:
    assert image_purl(HOST, "team/app", digest=DIGEST) == f"pkg:oci/app@{DIGEST}?repository_url={HOST}/team/app"


def test_the_images_of_a_repository_are_named_by_repository_and_tag() -> None:
    assert image_purl(HOST, "team/App") == f"pkg:oci/app?repository_url={HOST}/team/App"
    assert image_purl(HOST, "app", tag="1.2+a") == f"pkg:oci/app?repository_url={HOST}/app&tag=1.2%2Ba"


@pytest.mark.parametrize(
    ("name", "version", "purl"),
    [
        ("openssl", "", "pkg:generic/openssl"),
        ("openssl", "1:3.0.11-1~deb12u2", "pkg:generic/openssl@1:3.0.11-1~deb12u2"),
        ("org.apache:log4j-core", "2.14.1+a b", "pkg:generic/org.apache:log4j-core@2.14.1%2Ba%20b"),
        ("@scope/name", "1", "pkg:generic/%40scope/name@1"),
        ("golang.org/x/net", "v0.17.0", "pkg:generic/golang.org/x/net@v0.17.0"),
        ("a?b#c@d", "1#2", "pkg:generic/a%3Fb%23c%40d@1%232"),
    ],
)
def test_packages_are_named_with_their_scope_and_encoded(name: str, version: str, purl: str) -> None:
    assert package_purl(name, version) == purl


@pytest.mark.parametrize("name", ["", " ", "/", "/ /", "\u00a0", "\ud800"], ids=ascii)
def test_a_name_that_fits_no_package_url_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="the package is "):
        package_purl(name)
    with pytest.raises(InvalidInputError, match="the repository is "):
        image_purl(HOST, name)


def test_all_packages_of_a_finding_are_named_as_far_as_they_can_be() -> None:
    finding = replace(FINDINGS[0], also=(("", "1"), ("libcurl4", "7.88.1")))
    assert list(package_purls(finding)) == ["pkg:generic/curl@7.88.1-10", "pkg:generic/libcurl4@7.88.1"]


@given(st.text(), st.text(), st.text())
def test_every_name_gives_a_package_url_that_reads_back_or_is_refused(name: str, version: str, tag: str) -> None:
    texts = []
    with suppress(InvalidInputError):
        texts = [package_purl(name, version), image_purl(HOST, name, digest=version, tag=tag)]
    for text in texts:
        assert text.isascii()
        assert PackageURL.from_string(text).to_string() == text
