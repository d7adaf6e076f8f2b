"""The log lines and metrics of images_scanner."""

import logging
from collections.abc import Callable, Mapping, Sequence

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome, ScanSummary
from ecr_scan_reporter.use_cases.scanning.scan_batch import JobResult


class ScanLog:
    """Logs images and jobs, and counts them as metrics."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics

    def image(self, outcome: ImageOutcome) -> None:
        """Log an image that needs attention; with log level DEBUG, every image."""
        if outcome.error:
            self._logger.warning("image failed", extra=outcome.fields())
        elif outcome.is_recovered:
            self._logger.warning("the event of a scan was lost; its result is reported now", extra=outcome.fields())
        elif self._logger.log_level <= logging.DEBUG:
            self._logger.debug("image", extra=outcome.fields())

    def image_of_dry_run(self, outcome: ImageOutcome) -> None:
        """Log an image that is due, or that needs attention."""
        if outcome.decision.is_due:
            self._logger.info("scan would be started", extra=outcome.fields())
        else:
            self.image(outcome)

    def batch(
        self, bodies: Mapping[str, str], results: Mapping[str, JobResult], is_first_enhanced: Callable[[], bool]
    ) -> None:
        """Log and count the result of each job; `bodies` and `results` have the ids of the messages as keys.

        `is_first_enhanced` returns True once; it is called when the registry uses enhanced scanning.
        """
        self._warn_of_registry([result.summary for result in results.values() if result.summary], is_first_enhanced)
        for message, result in results.items():
            if result.summary:
                self._job(result.summary)
            elif result.job and not result.error:
                self._logger.info("repository is gone", extra={"repository": result.job.repository})
            if result.error:
                fields = {"job": bodies[message], "reason": str(result.error)}
                self._logger.error("job failed", exc_info=result.error, extra=fields)
                self._metrics.add_metric("JobsFailed", MetricUnit.Count, 1)

    def _warn_of_registry(self, summaries: Sequence[ScanSummary], is_first_enhanced: Callable[[], bool]) -> None:
        """Warn once of a state of the whole registry, not once for each repository."""
        if any(summary.met_quota for summary in summaries):
            self._logger.warning("the registry's daily quota of scans is used up; the images stay due")
        is_enhanced = any(summary.is_enhanced or summary.answers[StartScanResult.DISABLED] for summary in summaries)
        if is_enhanced and is_first_enhanced():
            self._logger.warning("the registry uses enhanced scanning: basic scans cannot be started")

    def _job(self, summary: ScanSummary) -> None:
        self._logger.info("repository scanned", extra=summary.fields())
        for warning in summary.tag_warnings:
            fields = {"repository": summary.repository, "reason": warning}
            self._logger.warning("repository tag ignored", extra=fields)
        counts = {
            "ImagesExamined": summary.images,
            "ImagesDue": summary.due,
            "ScansStarted": summary.started,
            "ScansRateLimited": summary.answers[StartScanResult.RATE_LIMITED],
            "ImagesFailed": summary.failed,
        }
        # CloudWatch charges a metric only for hours with a value.
        rare = {"ScansRefused": summary.answers[StartScanResult.REFUSED], "ResultsRecovered": summary.recovered}
        counts |= {name: count for name, count in rare.items() if count}
        for name, count in counts.items():
            self._metrics.add_metric(name, MetricUnit.Count, count)
