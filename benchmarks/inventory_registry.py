"""A made-up registry for the inventory: images of families and releases that share most of their findings.

The same numbers always give the same registry. About a hundred findings an image; about half of the sets of findings
are shared by several images; one package is in a sixth of all images; some findings are suppressed.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.suppressions.rules import Suppression

REGISTRY, REGION = "123456789012", "eu-west-1"
TODAY = 20_700  # 2026-09-04, in days since 1970
NOW = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=TODAY, hours=12)
IMAGES_A_REPOSITORY = 50
CVES, PACKAGES, FAMILIES, LIBRARIES = 20_000, 2_500, 60, 6_000
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
COMMON_PACKAGE, COMMON_CVE = "glibc", "CVE-2019-00007"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A CVE in a package: published on a day, fixed on another, in days since 1970."""

    name: str
    severity: str
    score: float
    published: int
    fixed: int


@lru_cache(maxsize=1)
def _world() -> tuple[list[list[Flaw]], list[list[int]], list[list[Flaw]]]:
    """Return the flaws of each package of the systems, the packages of each family, the flaws of each library."""
    rng = random.Random(20_260_904)
    flaws = [_flaw(rng, number) for number in range(CVES)]
    of_package: list[list[Flaw]] = [[] for _ in range(PACKAGES)]
    of_library: list[list[Flaw]] = [[] for _ in range(LIBRARIES)]
    for number, flaw in enumerate(flaws):
        if number % 10 < 7:
            for _ in range(1 if rng.random() < 0.6 else 3):
                of_package[int(PACKAGES * rng.random() ** 2)].append(flaw)
        else:
            of_library[int(LIBRARIES * rng.random() ** 2)].append(flaw)
    families = [sorted(rng.sample(range(1, PACKAGES), rng.randint(30, 110))) for _ in range(FAMILIES)]
    for family in families[: FAMILIES // 6]:
        family.insert(0, 0)  # a package that a sixth of all images have
    return of_package, families, of_library


def _flaw(rng: random.Random, number: int) -> Flaw:
    severity = rng.choices(SEVERITIES, (4, 18, 40, 30, 5, 3))[0]
    published = TODAY - int(rng.expovariate(1 / 500))
    score = round({"CRITICAL": 9, "HIGH": 7, "MEDIUM": 4}.get(severity, 1) + rng.random(), 1)
    return Flaw(f"CVE-{2019 + number % 8}-{number:05d}", severity, score, published, published + rng.randint(20, 900))


def _fragments(package: str, suffix: str, flaws: list[Flaw], built: int) -> list[tuple[int, str]]:
    """Return the findings of a package as it was on a day, each with the day of its publication.

    A package has another version when another of its flaws was fixed.
    """
    version = f"{len(package)}.{sum(flaw.fixed <= built for flaw in flaws)}{suffix}"
    return [
        (
            flaw.published,
            json.dumps(
                {
                    "name": flaw.name,
                    "severity": flaw.severity,
                    "package": package,
                    "version": version,
                    "score": flaw.score,
                    "fixedIn": f"{version}+1" if flaw.fixed < TODAY else "",
                    "uri": f"https://nvd.nist.gov/vuln/detail/{flaw.name}",
                    "description": f"A flaw of {package} that lets a stranger do what nobody should. " * 2,
                }
            )[:-1],
        )
        for flaw in flaws
        if flaw.fixed > built
    ]


@lru_cache(maxsize=4_000)
def _system(family: int, release: int) -> list[tuple[int, str]]:
    of_package, families, _ = _world()
    found: list[tuple[int, str]] = []
    for package in families[family]:
        flaws = [
            flaw
            for number, flaw in enumerate(of_package[package])
            if (number + family) % 9 == 0 or (package == 0 and number % 30 == 0)
        ]
        name = COMMON_PACKAGE if package == 0 else f"package-{package}"
        found += _fragments(name, f"-{family}", flaws, release * 30)
    return found


@lru_cache(maxsize=50_000)
def _application(repository: int, pinned: int) -> list[tuple[int, str]]:
    _, _, of_library = _world()
    rng = random.Random(repository)
    found: list[tuple[int, str]] = []
    for _ in range(rng.randint(5, 40)):
        library = int(LIBRARIES * rng.random() ** 2)
        found += _fragments(f"library-{library}", "", of_library[library], pinned * 20)
    return found


@dataclass(frozen=True, slots=True)
class MadeImage:
    """One image: its numbers in the registry and the repository, and the day it was built."""

    repository: int
    number: int
    built: int

    @property
    def image(self) -> Image:
        """What DescribeImages says of it."""
        digest = sha256(f"{self.repository}/{self.number}".encode()).hexdigest()
        pushed = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=self.built)
        tags = (f"1.{self.number}", f"main-{digest[:8]}", *(("latest",) if self.number == 0 else ()))
        return Image(
            ImageId(repository_of(self.repository), f"sha256:{digest}"),
            tags=tags,
            pushed_at=pushed,
            pulled_at=pushed + timedelta(days=self.number % 40) if self.number % 3 else None,
            size_bytes=100_000_000 + self.number,
            manifest_media_type="application/vnd.oci.image.manifest.v1+json",
        )

    def scanned_at(self, generation: int = 0) -> datetime:
        """Return when it was scanned: some time in the week before, or just now."""
        seconds = (self.repository * 7_919 + self.number * 104_729) % 518_400
        return NOW if generation else NOW - timedelta(days=1, seconds=seconds)

    def document(self, generation: int = 0) -> bytes:
        """Return its stored result; one of a later generation has lost some findings."""
        family = self.repository % FAMILIES
        day = _text(self.built)
        parts = [
            f'{fragment}, "firstSeenAt": "{day if published <= self.built else _text(published + 1)}"}}'
            for number, (published, fragment) in enumerate(
                (*_system(family, self.built // 30), *_application(self.repository, self.built // 20))
            )
            if published < TODAY and (number + self.number) % 50 >= generation
        ]
        image = self.image
        head = json.dumps(
            {
                "schemaVersion": "1.1",
                "registryId": REGISTRY,
                "region": REGION,
                "repository": image.repository.name,
                "imageDigest": image.digest,
                "imageTags": list(image.tags),
                "scan": {"status": "COMPLETE", "completedAt": f"{self.scanned_at(generation):%Y-%m-%dT%H:%M:%SZ}"},
            }
        )
        return f'{head[:-1]}, "findings": [{", ".join(parts)}]}}'.encode()


@lru_cache(maxsize=20_000)
def _text(day: int) -> str:
    return f"{date(1970, 1, 1) + timedelta(days=day)}T08:00:00Z"


def repository_of(number: int) -> Repository:
    """Return a repository by its number."""
    return Repository(
        REGISTRY, REGION, f"{('platform', 'shop', 'data', 'web')[number % 4]}/team-{number % 90}/app-{number}"
    )


def owner_of(number: int) -> str:
    """Return the owner of a repository."""
    return f"team-{number % 90}"


def made_images(repository: int, images: int) -> list[MadeImage]:
    """Return the images of a repository."""
    rng = random.Random(-repository - 1)
    first = TODAY - 30 * rng.randint(2, 24)
    return [MadeImage(repository, number, first + 15 * (number // 2)) for number in range(images)]


def every_image(images: int) -> Iterator[MadeImage]:
    """Yield the images of a registry, repository by repository."""
    for repository in range(max(1, images // IMAGES_A_REPOSITORY)):
        yield from made_images(repository, min(images, IMAGES_A_REPOSITORY))


def suppressions() -> list[Suppression]:
    """Return twenty suppressions: of CVEs everywhere, in some repositories, of packages."""
    scopes: tuple[dict[str, Any], ...] = ({}, {"repository": "shop/*"}, {"package": "library-*"}, {"tag": "latest"})
    return [
        Suppression(f"known-{number}", f"CVE-20*-*{number:02d}", "known", None, "alice", NOW, **scopes[number % 4])
        for number in range(20)
    ]
