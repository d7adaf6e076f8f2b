"""The log lines and metrics of reporter."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.domain.events.deletions import DeletionEvent
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.errors import ConcurrentEventError, quoted
from ecr_scan_reporter.use_cases.reporting.report_batch import FailedImage, FailedMessage


class ReportLog:
    """Logs ended scans, and counts them as metrics."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics

    def scan(self, scan: ScanEvent, report: ScanReport | None, result: dict[str, Any]) -> None:
        """Log a scan with the result of the function, and the wrong tags of its repository."""
        repository = scan.image.repository.name
        scanned = {"repository": repository, "imageDigest": scan.image.digest, "status": scan.status.value}
        not_reported = "left to the digest" if report else "nothing to report"
        self._logger.info("scan reported" if result["reported"] else not_reported, extra={**scanned, **result})
        for warning in report.tag_warnings if report else ():
            fields = {"repository": repository, "reason": warning}
            self._logger.warning("repository tag ignored", extra=fields)
        self._metrics.add_metric("ScansEnded", MetricUnit.Count, 1)
        self._metrics.add_metric("ReportsSent", MetricUnit.Count, int(result["reported"]))

    def deletion(self, event: DeletionEvent, is_gone: bool) -> None:
        """Log whether an image was forgotten."""
        fields = {"repository": event.image.repository.name, "imageDigest": event.image.digest, "imageTag": event.tag}
        self._logger.info("image forgotten" if is_gone else "image is still there", extra=fields)

    def test_report(self, answer: dict[str, Any]) -> None:
        """Log what became of a test report in each channel."""
        self._logger.info("test report sent", extra=answer)

    def failure(self, failure: FailedMessage | FailedImage) -> None:
        """Log a part of a batch that failed."""
        reason = str(failure.error)
        if isinstance(failure.error, ConcurrentEventError) and isinstance(failure, FailedImage):
            fields = {"imageDigest": failure.image.digest, "reason": reason}
            self._logger.info("image left to another invocation", extra=fields)
        elif isinstance(failure, FailedImage):
            fields = {"imageDigest": failure.image.digest, "reason": reason}
            self._logger.error("image failed", exc_info=failure.error, extra=fields)
        else:
            fields = {"event": quoted(failure.body), "reason": reason}
            self._logger.error("event failed", exc_info=failure.error, extra=fields)
