"""The OpenVEX document of the export command."""

import json

from ecr_scan_reporter.cli.suppressions.run import Run
from ecr_scan_reporter.domain.suppressions.rules import scope
from ecr_scan_reporter.domain.suppressions.vex import registry_host
from ecr_scan_reporter.use_cases.suppressions.exports import VexExport, export_vex, export_vex_of_images


def as_openvex(run: Run, *, bucket: str, registry_id: str, author: str | None) -> str:
    """Return the document as JSON, empty where there is none; print the suppressions that it cannot express."""
    export = _export(run, bucket, registry_id, author)
    for each in export.inexpressible:
        run.report_problem(
            f"{each.suppression.id} ({scope(each.suppression)}) cannot be expressed in OpenVEX without the findings "
            f"bucket: {each.reason}"
        )
    if export.document is None:
        run.report_problem("no suppression can be expressed in OpenVEX, which has no empty documents")
        return ""
    return json.dumps(export.document, indent=2) + "\n"


def _export(run: Run, bucket: str, registry_id: str, author: str | None) -> VexExport:
    table = run.terminal.table
    if bucket:
        return export_vex_of_images(table, run.terminal.results(bucket), now=run.now, author=author)
    host = registry_host(registry_id or run.terminal.identity().account, run.terminal.region)
    return export_vex(table, host, now=run.now, author=author)
