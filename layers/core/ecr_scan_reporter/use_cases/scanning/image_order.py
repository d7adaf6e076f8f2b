"""The order of a job's images, and which of them wait until those of other repositories had their turn."""

from collections.abc import Iterable, Iterator, Sequence

from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.limits import FirstImages, importance
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy, share_of_scans
from ecr_scan_reporter.use_cases.scanning.starting import Candidate


class ImageOrder:
    """The images that come `first` across the registry, then the others, those pulled last before the rest.

    Without an order of the registry (`first` is None), all images of a repository have the same turn. With one, the
    first turn of a job is for the images that come first; the others wait for its continuation, and then share what is
    left. `has_waiting` is True when images wait.
    """

    def __init__(self, first: FirstImages | None, job: ScanJob, policy: ScanPolicy) -> None:
        self._first = first
        self._is_sorted = first is not None or policy.max_scans_per_day is not None
        self.others_wait = bool(first is not None and job.jobs_in_run and not job.continuation and not job.dry_run)
        self.has_waiting = False
        fair = share_of_scans(policy.scans_per_day, job.jobs_in_run, job.continuation)
        self.share = 0 if self.others_wait else fair

    def in_turn(self, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Return those whose turn it is; remember that others wait."""
        if not self.others_wait:
            return candidates
        taken = [candidate for candidate in candidates if self._place(candidate) is not None]
        self.has_waiting |= len(taken) < len(candidates)
        return taken

    def number_of_first(self, candidates: Iterable[Candidate]) -> int:
        """Return how many of these come first: they do not count in the job's share."""
        return sum(self._place(candidate) is not None for candidate in candidates)

    def sort(self, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
        """Put the most important first, where the day's scans may not reach all of them."""
        if not self._is_sorted:
            return candidates
        by_use = sorted(candidates, key=lambda candidate: importance(candidate.image), reverse=True)
        return iter(sorted(by_use, key=self._rank))

    def _place(self, candidate: Candidate) -> int | None:
        return None if self._first is None else self._first.place(candidate.image.digest)

    def _rank(self, candidate: Candidate) -> tuple[bool, int]:
        place = self._place(candidate)
        return (place is None, place or 0)
