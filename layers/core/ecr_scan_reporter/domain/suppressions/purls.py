"""Package URLs (https://github.com/package-url/purl-spec) of images and of packages in them."""

from collections.abc import Iterator
from contextlib import suppress

from packageurl import PackageURL

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.errors import InvalidInputError


def image_purl(host: str, repository: str, *, digest: str = "", tag: str = "") -> str:
    """Return the package URL of an image, or of all images of a repository. Raises InvalidInputError.

    https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md
    """
    path = _segments(repository)
    qualifiers = {"repository_url": f"{host}/{repository}"} | ({"tag": tag} if tag else {})
    try:
        return PackageURL("oci", name=path[-1], version=digest, qualifiers=qualifiers).to_string()
    except (IndexError, ValueError) as error:
        raise InvalidInputError("the repository", repository, "one with a name that fits a package URL") from error


def package_purl(name: str, version: str = "") -> str:
    """Return the package URL of a package. Raises InvalidInputError.

    ECR names no package manager, so the type is `generic`. The scope of a name (`@scope/name`) is the namespace.
    """
    *namespace, last = _segments(name) or [""]
    try:
        return PackageURL("generic", "/".join(namespace), last, version).to_string()
    except ValueError as error:
        raise InvalidInputError("the package", name, "one with a name that fits a package URL") from error


def package_purls(finding: Finding) -> Iterator[str]:
    """Yield the package URL of each package that has a finding, as far as these have one."""
    for name, version in ((finding.package, finding.version), *finding.also):
        with suppress(InvalidInputError):
            yield package_purl(name, version)


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment.strip()]
