"""Write the sample messages in docs/messages.md, and the one in README.md, composed by the code that sends them."""

import json
from collections.abc import Iterator
from pathlib import Path

from ecr_scan_reporter.domain.messages.digest.chat import compose_digest_chat
from ecr_scan_reporter.domain.messages.digest.notification import compose_digest
from ecr_scan_reporter.domain.messages.exploited.chat import compose_exploited_chat
from ecr_scan_reporter.domain.messages.exploited.notification import compose_exploited
from ecr_scan_reporter.domain.messages.report.chat import compose_chat
from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.messages.sns import Notification
from ecr_scan_reporter.domain.reports.reports import ScanReport
from scripts import sample_messages as samples

README = Path(__file__).parent.parent / "README.md"
DOCUMENT = README.parent / "docs" / "messages.md"
BEGIN, END = "<!-- samples -->\n", "<!-- end of samples -->"
README_BEGIN, README_END = "<!-- sample -->\n", "<!-- end of sample -->"
# Up to here the README shows a report.
README_LAST = "More severe than before ("


def render() -> str:
    """Return the samples as Markdown."""
    return "\n".join(
        [
            *_notified("Findings above the thresholds, on a first scan", samples.vulnerable()),
            *_document(compose_notification(samples.vulnerable())),
            *_notified("Something new", samples.with_news()),
            *_notified("Fixed, with `NotifyOn` `CHANGED`", samples.fixed()),
            *_notified("A suppressed finding, and a wrong tag of the repository", samples.suppressed()),
            *_notified("A suppression that ended, and a tag that moved to another image", samples.unsuppressed()),
            *_notified("Enhanced scanning", samples.enhanced()),
            *_notified("Something is exploited", samples.exploited()),
            "### A vulnerability that entered KEV\n",
            *_texts(compose_exploited(samples.entered(), stack="ecr-scan-reporter")),
            *_document(compose_exploited(samples.entered())),
            *_chat("In chat: a vulnerability that entered KEV", compose_exploited_chat(samples.entered())),
            *_notified("A scan that failed", samples.unsupported()),
            *_notified("A scan that failed again, with `NotifyOn` `ALL`", samples.failed_again()),
            *_chat("In chat: something new", compose_chat(samples.with_news())),
            *_chat("In chat: a scan that failed", compose_chat(samples.unsupported())),
            "### A digest\n",
            *_texts(compose_digest(samples.week())),
            *_chat("In chat: a digest", compose_digest_chat(samples.week())),
        ]
    )


def _notified(title: str, report: ScanReport) -> Iterator[str]:
    yield f"### {title}\n"
    yield from _texts(compose_notification(report))


def _texts(notification: Notification) -> Iterator[str]:
    texts = json.loads(notification.message)
    yield f"Subject: `{notification.subject}`\n"
    yield _fenced("text", texts["email"].strip())
    yield f"SMS: `{texts['sms']}`\n"
    yield f"Attributes: {', '.join(f'`{name}`=`{value}`' for name, value in _attributes(notification))}\n"


def _attributes(notification: Notification) -> list[tuple[str, str]]:
    lists = {name: json.dumps(values) for name, values in notification.lists.items()}
    return sorted({**notification.attributes, **lists}.items())


def _document(notification: Notification) -> Iterator[str]:
    yield "The JSON document:\n"
    yield _fenced("json", json.dumps(json.loads(json.loads(notification.message)["sqs"]), indent=2))


def _chat(title: str, message: str) -> Iterator[str]:
    yield f"### {title}\n"
    yield _fenced("json", json.dumps(json.loads(message), indent=2))


def rendered_document(text: str) -> str:
    """Return the document with its samples written anew."""
    return _between(text, BEGIN, END, render())


def rendered_readme(text: str) -> str:
    """Return the README with its sample written anew: the subject and the beginning of an e-mail."""
    notification = compose_notification(samples.with_news())
    beginning, _, _ = json.loads(notification.message)["email"].partition(README_LAST)
    return _between(
        text, README_BEGIN, README_END, _fenced("text", f"Subject: {notification.subject}\n\n{beginning.strip()}")
    )


def _between(text: str, begin: str, end: str, inner: str) -> str:
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{inner}\n{end}{after}"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


if __name__ == "__main__":
    DOCUMENT.write_text(rendered_document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    README.write_text(rendered_readme(README.read_text(encoding="utf-8")), encoding="utf-8")
