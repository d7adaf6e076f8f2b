"""The measured figures of the cost model, stored in a file so that the costs can be recomputed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

FIGURES_FILE = Path(__file__).with_name("figures.json")


@dataclass(frozen=True)
class Figures:
    """Seconds of one processor, megabytes, and dollars for a million calls by memory size."""

    cpu_seconds_a_job: float  # an invocation with its first calls, for a repository of one image
    cpu_seconds_an_image: float  # to read an image and its records, and decide
    cpu_seconds_a_call: float  # a started scan, its share of the ledger's writes included
    cpu_seconds_a_repository: float  # to list it and queue its job
    peak_mb_largest: float  # for a repository of 100,000 images
    init_seconds: float
    usd_a_million_calls_256_mb: float
    usd_a_million_calls_512_mb: float
    usd_a_million_calls_1024_mb: float
    usd_a_million_calls_1769_mb: float

    @classmethod
    def read(cls) -> Self:
        """Return the figures of the last complete run."""
        return cls(**json.loads(FIGURES_FILE.read_text()))

    def rounded(self) -> dict[str, float]:
        """Return the figures with significant digits only."""
        return {name: float(f"{value:.3g}") for name, value in asdict(self).items()}
