"""The deadline of a finding in words."""

from datetime import date

from ecr_scan_reporter.domain.text import many


def describe_deadline(due: date | None, today: date) -> str:
    """Say how far a deadline is away: 'due in 3 days', 'due today', 'overdue by 12 days'; empty for none."""
    if due is None:
        return ""
    days = (due - today).days
    if days == 0:
        return "due today"
    return f"due in {many(days, 'day')}" if days > 0 else f"overdue by {many(-days, 'day')}"
