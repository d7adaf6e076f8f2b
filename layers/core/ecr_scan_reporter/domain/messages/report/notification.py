"""One report as one SNS message, with a text for each protocol, within SNS's limits.

The limit holds for all texts together, and five protocols carry the same document. So the e-mail gets its bytes first,
up to its share. The document gets the rest.
"""

import json
from typing import Any

from ecr_scan_reporter.domain.messages.report.document import fitting_document
from ecr_scan_reporter.domain.messages.report.email import MAX_FINDINGS, email
from ecr_scan_reporter.domain.messages.report.headline import plain, subject
from ecr_scan_reporter.domain.messages.report.sms import sms
from ecr_scan_reporter.domain.messages.sns import (
    DOCUMENT_PROTOCOLS,
    MAX_BYTES,
    NONE,
    Notification,
    document_share,
    email_share,
    size,
)
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.text import one_line

_FINDINGS_OF_EMAIL = (MAX_FINDINGS, 15, 8, 4, 2, 1, 0)


def compose_notification(report: ScanReport, max_bytes: int = MAX_BYTES) -> Notification:
    """Compose the message; where it would be too large it carries fewer findings, and never fewer facts."""
    texts = {"default": plain(report), "email": _email(report, email_share(max_bytes)), "sms": sms(report)}
    share = document_share(max_bytes, texts)

    def fits(document: dict[str, Any]) -> bool:
        return size(json.dumps(document)) <= share

    text = json.dumps(fitting_document(report, fits))
    # ASCII only (json escapes the rest), so that characters are bytes.
    message = json.dumps(texts | dict.fromkeys(DOCUMENT_PROTOCOLS, text))
    return Notification(subject(report), message, attributes(report))


def _email(report: ScanReport, share: int) -> str:
    mails = (email(report, most) for most in _FINDINGS_OF_EMAIL)
    return next((mail for mail in mails if size(mail) <= share), "") or email(report, 0)


def attributes(report: ScanReport) -> dict[str, str]:
    """Return the message attributes, for the filter policies of subscribers. None is empty: SNS refuses that."""
    repository = report.image.repository
    owner = one_line(report.owner)
    return {
        "severity": report.severity.value if report.severity else NONE,
        "newSeverity": report.new_severity.value if report.new_severity else NONE,
        "repository": one_line(repository.name),
        "reason": report.reason.value,
        "region": repository.region,
        "registryId": repository.registry_id,
        "hasNew": "true" if report.has_news else "false",
        "hasExploited": "true" if report.exploited else "false",
        **({"owner": owner} if owner else {}),
    }
