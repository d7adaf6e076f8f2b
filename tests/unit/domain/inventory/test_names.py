"""Whether a name is a vulnerability's or a package's, and what a package's name stands for."""

import pytest

from ecr_scan_reporter.domain.inventory.names import is_vulnerability_name, package_globs
from ecr_scan_reporter.domain.suppressions.rules import glob_test


@pytest.mark.parametrize(
    "name",
    [
        "CVE-2021-44228",
        "cve-2021-44228",
        "CVE-2021-*",
        "ghsa-jfh8-c2jp-5v3q",
        "ALAS2-2021-1731",
        "ALAS2022-2022-1",
        "RHSA-2021:5129",
        "SUSE-SU-2021:4107-1",
        "GO-2023-1621",
        "RUSTSEC-2023-0001",
        "TEMP-0841856-B18BAF",
    ],
)
def test_names_of_vulnerabilities(name: str) -> None:
    assert is_vulnerability_name(name)


@pytest.mark.parametrize(
    "name",
    ["log4j-core", "openssl", "libcve-bin", "python3.11-minimal", "linux-5.10", "go-sqlite3", "cve", "", "@babel/core"],
)
def test_names_of_packages(name: str) -> None:
    assert not is_vulnerability_name(name)


@pytest.mark.parametrize(
    ("name", "packages"),
    [
        ("log4j-core", ["log4j-core", "org.apache.logging.log4j:log4j-core"]),
        ("core", ["@babel/core"]),
        ("org.apache.logging.log4j:log4j-core", ["org.apache.logging.log4j:log4j-core"]),
        ("*log4j*", ["log4j-core", "log4j-core-tests", "org.apache.logging.log4j:log4j-core"]),
    ],
)
def test_a_plain_name_stands_for_those_with_a_group_too_each_by_one_glob(name: str, packages: list[str]) -> None:
    every = ["log4j-core", "log4j-core-tests", "org.apache.logging.log4j:log4j-core", "@babel/core"]
    globs = [glob_test(glob) for glob in package_globs(name)]
    assert [package for package in every for glob in globs if glob(package)] == packages
