"""A repository as DescribeRepositories returns it."""

from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import Repository


@dataclass(frozen=True, slots=True)
class RepositoryDescription:
    """A repository, with its settings in ECR: texts are ECR's own, empty where it says nothing.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html
    """

    repository: Repository
    uri: str = ""
    tag_mutability: str = ""
    is_scanned_on_push: bool = False
    encryption_type: str = ""
