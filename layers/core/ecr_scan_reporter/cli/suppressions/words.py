"""Changes and warnings of the commands for suppressions, in words."""

from collections.abc import Iterator

from ecr_scan_reporter.domain.suppressions.breadth import images
from ecr_scan_reporter.domain.suppressions.differences import SuppressionChange
from ecr_scan_reporter.domain.suppressions.ends import describe_end, end_text
from ecr_scan_reporter.domain.suppressions.rules import Suppression, describe, scope
from ecr_scan_reporter.use_cases.suppressions.edits import SuppressionExistsError
from ecr_scan_reporter.use_cases.suppressions.effects import HiddenFindings

_NOT_SET = "(not set)"


def change_lines(change: SuppressionChange) -> Iterator[str]:
    """Yield a line for each member that changes: old -> new."""
    for member in change.members:
        yield f"  {member.key}: {member.before or _NOT_SET} -> {member.after or _NOT_SET}"


def exists_error(error: SuppressionExistsError) -> str:
    """Return what is stored under a taken id, what would change in it, and what to do instead."""
    if error.stored is None:
        return f"the id {error.wanted.id} is taken by an item that is no suppression: remove it, or give another --id"
    lines = [f"{describe(error.stored)} is stored already, and was not changed"]
    members = [*change_lines(SuppressionChange(error.stored, error.wanted))]
    if not error.may_be_replaced:
        advice = "it matches something else: give --id to add another suppression, or to replace this one"
    elif scope(error.stored) == scope(error.wanted):
        advice = "--replace changes it like this"
    else:
        advice = "another --id adds one beside it; --replace changes it like this, and takes away what it matched"
    return "\n".join([*lines, *members, advice])


def breadth_warning(suppression: Suppression, hidden: HiddenFindings | None) -> str:
    """Return how much a suppression hides that leaves no finding in its images."""
    end, counts = describe_end(suppression.until), f"; {hidden_words(hidden)}" if hidden else ""
    return f"warning: {suppression.id} suppresses every finding of {images(suppression)}, {end}{counts}"


def hidden_words(hidden: HiddenFindings) -> str:
    """Return how many of the stored findings a suppression hides."""
    counts = f"{hidden.findings}, in {hidden.images} image{'' if hidden.images == 1 else 's'}"
    return f"of the {hidden.all_findings} findings of the last scans, these are {counts}"


def narrower_warning(change: SuppressionChange) -> str:
    """Return what the reporter reports again after a replacement."""
    return (
        f"warning: the suppression of {scope(change.before)} until {end_text(change.before.until)} is gone; "
        "findings that only it matched are reported again"
    )
