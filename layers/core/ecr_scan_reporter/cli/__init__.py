"""The command line: a first look before anything is deployed, and scanning where Lambda is not wanted."""

from ecr_scan_reporter.cli.commands import main

__all__ = ["main"]
