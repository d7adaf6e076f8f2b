"""What a name in a question means: a vulnerability, or a package."""

import re

from ecr_scan_reporter.domain.suppressions.rules import GLOB_CHARACTERS

# CVE, GitHub, Debian, and the advisories of distributions and languages, which have the year in their names.
_VULNERABILITY = re.compile(r"(cve|ghsa)-.+|temp-[0-9]{7}-.+|[a-z]+[a-z0-9]*(-[a-z]{2})?-(19|20)[0-9]{2}[-:].+")


def is_glob(name: str) -> bool:
    """Return whether a name stands for several."""
    return not GLOB_CHARACTERS.isdisjoint(name)


def is_vulnerability_name(name: str) -> bool:
    """Return whether a name, or a glob, is one of vulnerabilities: `CVE-2021-44228`, `ghsa-*`, `ALAS2-2021-1731`."""
    return bool(_VULNERABILITY.fullmatch(name.lower()))


def package_globs(name: str) -> tuple[str, ...]:
    """Return the globs of a package's name, which have no package in common.

    Inspector names packages of Maven, Go and npm with their group, path or scope. People leave that out:
    `log4j-core` is also `org.apache.logging.log4j:log4j-core`. A glob, and a name with its group, are what they are.
    """
    is_plain = not is_glob(name) and ":" not in name and "/" not in name
    return (name, f"*[:/]{name}") if is_plain else (name,)
