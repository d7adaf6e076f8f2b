"""The import path of the command line's settings, until the commands import `settings/command_line.py` themselves."""

from ecr_scan_reporter.settings.command_line import TerminalSettings, TerminalSuppressionsSettings
from ecr_scan_reporter.settings.scanning import DEFAULT_CONCURRENCY

__all__ = ["DEFAULT_CONCURRENCY", "TerminalSettings", "TerminalSuppressionsSettings"]
