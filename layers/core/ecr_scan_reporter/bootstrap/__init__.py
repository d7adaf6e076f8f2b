"""The composition root: the one place that reads the environment and makes clients.

What a function works with is made on first use and kept for as long as the environment stays as it is. In Lambda,
`prepare` makes it while the function starts, so that a wrong variable stops it there. It is imported only when it is
asked for: no function pays at its cold start for what another one needs.
"""

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from ecr_scan_reporter.bootstrap.observability import entry_point, make_logger, make_metrics, prepare, seconds_left

if TYPE_CHECKING:
    from ecr_scan_reporter.bootstrap.images import ImagesScanner
    from ecr_scan_reporter.bootstrap.reporting import DigestSender, Reporter
    from ecr_scan_reporter.bootstrap.repositories import RepositoriesScanner

__all__ = [
    "digest",
    "entry_point",
    "images_scanner",
    "make_logger",
    "make_metrics",
    "prepare",
    "reporter",
    "repositories_scanner",
    "seconds_left",
]

Snapshot = frozenset[tuple[str, str]]


def repositories_scanner() -> "RepositoriesScanner":
    """Return what repositories_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return _repositories_scanner(_environment())


def images_scanner() -> "ImagesScanner":
    """Return what images_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return _images_scanner(_environment())


def reporter() -> "Reporter":
    """Return what reporter works with. Raises InvalidInputError that names a wrong variable."""
    return _reporter(_environment())


def digest() -> "DigestSender":
    """Return what digest works with. Raises InvalidInputError that names a wrong variable."""
    return _digest(_environment())


@lru_cache(maxsize=1)
def _repositories_scanner(environment: Snapshot) -> "RepositoriesScanner":
    from ecr_scan_reporter.bootstrap.repositories import RepositoriesScanner
    from ecr_scan_reporter.settings.functions import RepositoriesScannerSettings

    return RepositoriesScanner(RepositoriesScannerSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _images_scanner(environment: Snapshot) -> "ImagesScanner":
    from ecr_scan_reporter.bootstrap.images import ImagesScanner
    from ecr_scan_reporter.settings.functions import ImagesScannerSettings

    return ImagesScanner(ImagesScannerSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _reporter(environment: Snapshot) -> "Reporter":
    from ecr_scan_reporter.bootstrap.reporting import Reporter
    from ecr_scan_reporter.settings.functions import ReporterSettings

    return Reporter(ReporterSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _digest(environment: Snapshot) -> "DigestSender":
    from ecr_scan_reporter.bootstrap.reporting import DigestSender
    from ecr_scan_reporter.settings.functions import DigestSettings

    return DigestSender(DigestSettings.from_environment(dict(environment)))


def _environment() -> Snapshot:
    # Names with an underscore in front change with each invocation (_X_AMZN_TRACE_ID) and are none of our settings.
    return frozenset((name, value) for name, value in os.environ.items() if not name.startswith("_"))
