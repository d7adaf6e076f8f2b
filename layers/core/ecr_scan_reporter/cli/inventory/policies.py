"""Lifecycle policies for the images that nobody uses, for people to review."""

import json

from ecr_scan_reporter.cli.inventory.files import write_output
from ecr_scan_reporter.cli.inventory.run import Run
from ecr_scan_reporter.domain.inventory.answers import LeftBehind
from ecr_scan_reporter.domain.inventory.left_behind import DIFFERENCES, proposed_policies


def write_policies(run: Run, left_behind: LeftBehind) -> None:
    """Write a policy for each repository as JSON, and on standard error how it differs from what was counted."""
    proposed = proposed_policies(left_behind, (run.now - left_behind.since).days)
    document = [
        {
            "registryId": each.left_behind.repository.registry_id,
            "region": each.left_behind.repository.region,
            "repositoryName": each.left_behind.repository.name,
            "images": each.left_behind.images,
            "sizeBytes": each.left_behind.size_bytes,
            "lifecyclePolicy": each.policy,
        }
        for each in proposed
    ]
    write_output([json.dumps(document, indent=2), "\n"])
    if proposed:
        run.note("Review the policies; nothing was applied:")
        for difference in DIFFERENCES:
            run.note(f"- {difference}")
