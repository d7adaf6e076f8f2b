"""EventBridge's schedules: the expressions of the template, and those that its parameters accept."""

import re
from collections.abc import Iterator

from scripts.template_check.problems import Finding, rule
from scripts.template_check.source import Template
from scripts.template_check.stacks import Stack

_PAGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
# Of minutes, hours, days of the month, months, days of the week and years: lowest, highest, names.
_FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    *((0, 59, {}), (0, 23, {}), (1, 31, {})),
    *((1, 12, _MONTHS), (1, 7, _DAYS), (1970, 2199, {})),
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 2, 4

GOOD = (
    *("rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(12 hours)", "rate(1 day)", "rate(10 days)"),
    *(
        "cron(0 4 * * ? *)",
        "cron(15 10 ? * MON-FRI *)",
        "cron(0/15 * * * ? *)",
        "cron(0 8 1 * ? *)",
        "cron(0 0 L * ? *)",
    ),
    *("cron(0 9 ? * 2#1 *)", "cron(30 6 ? JAN,JUL 6L 2027-2030)", "cron(0 18 3W * ? *)"),
)
BAD = (
    *("rate(1 days)", "rate(5 hour)", "rate(2 day)", "rate(1 minutes)", "rate(0 days)", "rate(-1 day)", "rate(1 week)"),
    *("rate(day)", "rate(1.5 days)", "rate(01 day)", "rate(1 day) ", "1d", "every day", "cron(* * * * *)"),
    *("cron(0 4 * * * *)", "cron(0 4 ? * ? *)", "cron(0 4 1 * MON *)", "cron(0 4 * * ?)", "cron(0 ? * * ? *)"),
    "cron(0 4 * * ? * *)",
)


@rule(_PAGE)
def schedules_are_valid(stack: Stack) -> Iterator[Finding]:
    """The expression of each scheduled rule is one of EventBridge."""
    for name, properties in stack.of_type("AWS::Events::Rule").items():
        expression = properties.get("ScheduleExpression")
        if expression is not None and not is_schedule(expression):
            yield name, f"has the schedule {expression!r}, which EventBridge refuses"


@rule(_PAGE)
def parameters_accept_schedules_alone(template: Template) -> Iterator[Finding]:
    """A parameter for a schedule accepts exactly the expressions that EventBridge accepts."""
    for name, parameter in template["Parameters"].items():
        if not name.endswith("Schedule"):
            continue
        pattern = re.compile(parameter["AllowedPattern"])
        for expression in BAD:
            if pattern.fullmatch(expression):
                yield name, f"accepts {expression!r}, which EventBridge refuses"
        for expression in GOOD:
            if not pattern.fullmatch(expression):
                yield name, f"refuses {expression!r}, which EventBridge takes"


def is_schedule(expression: str) -> bool:
    """Return whether EventBridge accepts a rate or cron expression."""
    rate = re.fullmatch(r"rate\(([1-9][0-9]*) (minute|hour|day)(s?)\)", expression)
    if rate:
        return (rate[1] == "1") != bool(rate[3])
    cron = re.fullmatch(r"cron\((.*)\)", expression)
    fields = cron[1].split(" ") if cron else []
    if len(fields) != len(_FIELDS) or (fields[_DAY_OF_MONTH] == "?") == (fields[_DAY_OF_WEEK] == "?"):
        return False
    return all(_is_field(index, text) for index, text in enumerate(fields))


def _is_field(index: int, text: str) -> bool:
    if index == _DAY_OF_MONTH and re.fullmatch(r"\?|L|LW|([1-9]|[12][0-9]|3[01])W", text):
        return True
    if index == _DAY_OF_WEEK and re.fullmatch(r"\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])", text):
        return True
    return all(_is_entry(index, entry) for entry in text.split(","))


def _is_entry(index: int, entry: str) -> bool:
    span, _, step = entry.partition("/")
    if "/" in entry and not re.fullmatch(r"[1-9][0-9]*", step):
        return False
    return span == "*" or all(_is_number(index, end) for end in span.split("-", 1))


def _is_number(index: int, text: str) -> bool:
    lowest, highest, names = _FIELDS[index]
    number = names.get(text.upper()) if not text.isdecimal() else int(text)
    return number is not None and text.isascii() and lowest <= number <= highest
