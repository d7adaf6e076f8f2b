"""What suppressions say in OpenVEX, from what is in AWS."""

from collections.abc import Iterator

from ecr_scan_reporter.cli.suppressions.options import Run
from ecr_scan_reporter.domain.findings.stored_result import StoredResult, parse_stored_result
from ecr_scan_reporter.domain.suppressions.rules import Suppression, scope
from ecr_scan_reporter.domain.suppressions.vex import (
    Statement,
    image_statements,
    registry_host,
    suppression_statements,
)
from ecr_scan_reporter.errors import InvalidInputError


def say_of_suppressions(run: Run, suppressions: list[Suppression], registry_id: str) -> list[Statement]:
    """Say the suppressions in force as they stand; those that OpenVEX cannot say are named."""
    host = registry_host(registry_id or run.terminal.identity().account, run.terminal.region)
    said, unsaid = suppression_statements(suppressions, today=run.today, host=host)
    for suppression, why in unsaid:
        run.left_undone(
            f"{suppression.id} ({scope(suppression)}) cannot be said in OpenVEX without the findings bucket: {why}"
        )
    return said


def say_of_images(run: Run, suppressions: list[Suppression], bucket: str) -> list[Statement]:
    """Say of which images in a findings bucket the suppressions hold; results that cannot be read are named."""

    def images() -> Iterator[StoredResult]:
        for key, document in run.terminal.results(bucket):
            try:
                yield parse_stored_result(document)
            except InvalidInputError as error:
                run.left_undone(f"{key}: {error}")

    return image_statements(images(), suppressions, today=run.today)
