"""Write docs/reference/variables.md: the variables of each function, recorded while its settings are read."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules
from typing import Any

from ecr_scan_reporter import settings
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError
from ecr_scan_reporter.settings import variables
from scripts.reference.pages import FOLDER, Page, code, table
from scripts.reference.parameters import variables_by_parameter
from scripts.template_check.source import load_template

MEANINGS = {
    "ANALYTICS_ENABLED": "write the tables of Athena, once a day",
    "API_AUTHORIZATION": "how callers of the API are known",
    "API_READ_TOKEN_SECRET": "the ARN of the secret with the token that reads",
    "API_WRITE_TOKEN_SECRET": "the ARN of the secret with the token that reads and writes",
    "AWS_REGION": "the region of the registry; Lambda sets it",
    "CHAT_TOPIC_ARN": "the chat topic; without it there are no chat messages",
    "CRITICAL": "report an image with at least this many critical findings; 0 for any, `off` for none",
    "ECR_IMAGES_DURATION_DELTA": "scan an image again when its last scan is older",
    "ECR_SNS_REPORT_TOPIC_ARN": "the topic of the reports",
    "ECS_DISCOVERY_ENABLED": "scan only the images that ECS runs; the inventory then knows which images are in use",
    "ECS_DISCOVERY_ROLES": "the roles to scan what ECS runs in other accounts",
    "FINDINGS_BUCKET": "the bucket of the last full results, the snapshots and the order of scans; without it there is "
    "no comparison",
    "ECR_REGISTRY_ID": "the account of the registry",
    "EPSS_THRESHOLD": "from which EPSS a finding counts as likely to be exploited, or `off`",
    "EPSS_URLS": "whence EPSS is fetched, in order",
    "EXPLOIT_FEEDS": "use what is known of exploits (KEV, EPSS)",
    "HIGH": "report an image with at least this many high findings; 0 for any, `off` for none",
    "IDEMPOTENCY_TABLE": "the table of reported events; without it, an event that AWS delivers twice is reported twice",
    "IMAGES_FILTER_TAG_STATUS": "scan all images, those with a tag, or those without",
    "IMAGES_SCAN_JOBS_QUEUE_URL": "the jobs queue",
    "INVENTORY_ENABLED": "note in the ledger's journal what is written, for the inventory",
    "JWT_ISSUER": "the issuer at which the page logs in",
    "JWT_WRITE_SCOPE": "the scope that a JSON Web Token needs to write; none where it is empty",
    "KEV_URLS": "whence KEV is fetched, in order",
    "KNOWN_EXPLOITED": "report an image with at least this many findings that are known to be exploited, or `off`",
    "LOW": "report an image with at least this many low findings; 0 for any, `off` for none",
    "MAX_IMAGES_PER_REPOSITORY": "scan at most this many images of each repository, the newest; 0 for all",
    "MAX_SCANS_PER_DAY": "start at most this many scans in a day (UTC); 0 for all that are due, up to 80,000",
    "MEDIUM": "report an image with at least this many medium findings; 0 for any, `off` for none",
    "METRICS_DETAIL": "what the metrics for Prometheus tell apart",
    "NOTIFICATION_MODE": "report each scan, sum up all scans in a digest, or both",
    "NOTIFY_ON": "which scans above the thresholds to report; NEW and CHANGED need FINDINGS_BUCKET",
    "NOTIFY_ON_SCAN_FAILURE": "also report scans that failed",
    "OIDC_CLIENT_ID": "the client as which the page logs in",
    "OIDC_TOKEN_ORIGIN": "the origin of the token endpoint, where it is not that of the issuer",
    "OWNER_TAG_KEY": "the key of the AWS tag that names the owner of a repository",
    "PULLED_WITHIN": "scan only images pulled within this time",
    "PUSHED_WITHIN": "scan only images pushed within this time",
    "REMEDIATION_DAYS": "in how many days findings must be gone, or `off`",
    "REPORTER_FUNCTION_NAME": "the reporter, to report scans whose event was lost; without it they stay unreported",
    "REPORT_EVENT_BUS": "the ARN of an event bus that gets each report as an event",
    "REPOSITORIES_FILTER_REGEXP": "the repositories to scan, matched from the start of the name",
    "SCANNER_THREADS": "the number of concurrent calls",
    "SCAN_CONFIGS_ONLY": "scan what scan configurations name, and nothing else; needs SCAN_CONFIGS_TABLE",
    "SCAN_CONFIGS_TABLE": "the table of scan configurations; without it there are none",
    "SCAN_LEDGER_TABLE": "the scan ledger; without it the images scanner asks ECR about each image",
    "SECURITY_HUB_ENABLED": "send the findings of basic scans to AWS Security Hub",
    "STACK_NAME": "the stack in the commands of messages",
    "SUPPRESSIONS_TABLE": "the table of suppressions; without it nothing is suppressed",
    "UNDEFINED": "report an image with at least this many UNDEFINED or UNTRIAGED findings; 0 for any",
}
# A wrong value for every kind of setting, even for a regular expression.
_WRONG = "*wrong("
_WHY_NO_EXPRESSION = re.compile(r" \(nothing to repeat.*\)$")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a function reads. `allowed` is from the function's error message for a wrong value."""

    name: str
    default: str
    allowed: str
    is_required: bool


def functions() -> dict[str, dict[str, Variable]]:
    """Return the variables of each function, by name."""
    found: dict[str, dict[str, Variable]] = {}
    for module in iter_modules(settings.__path__):
        for value in vars(import_module(f"{settings.__name__}.{module.name}")).values():
            if isclass(value) and hasattr(value, "from_environment"):
                found[_function_name(value)] = _variables_of(value)
    return dict(sorted(found.items()))


def _function_name(settings_class: type) -> str:
    words = re.findall("[A-Z][a-z]*", settings_class.__name__.removesuffix("Settings"))
    return "_".join(words).lower()


def _variables_of(settings_class: Any) -> dict[str, Variable]:
    """Read the settings from an environment with only the required variables, and record the variables read."""
    environment: dict[str, str] = {}
    while True:
        with _recorded_defaults() as defaults:
            try:
                settings_class.from_environment(environment)
                break
            except MissingInputError as error:
                environment[error.name] = "given"
    return {
        name: Variable(name, default, _allowed(settings_class, environment, name), name in environment)
        for name, default in defaults.items()
    }


@contextmanager
def _recorded_defaults() -> Iterator[dict[str, str]]:
    """Collect the name and the default of each variable that is read: all readers use `variables.text`."""
    defaults: dict[str, str] = {}
    read = variables.text

    def recording(environment: variables.Environment, name: str, default: str) -> str:
        defaults[name] = default
        return read(environment, name, default)

    variables.text = recording
    try:
        yield defaults
    finally:
        variables.text = read


def _allowed(settings_class: Any, environment: dict[str, str], name: str) -> str:
    try:
        settings_class.from_environment(environment | {name: _WRONG})
    except InvalidInputError as error:
        return _WHY_NO_EXPRESSION.sub("", error.allowed)
    return "any text"


def render() -> str:
    """Return a table of all variables. Raises ValueError for a variable without a meaning, and the reverse."""
    by_function = functions()
    names = sorted({name for found in by_function.values() for name in found})
    if names != sorted(MEANINGS):
        raise ValueError(f"read without a meaning, or not read: {sorted(set(names) ^ set(MEANINGS))}")
    parameters = {
        name: parameter for parameter, sets in variables_by_parameter(load_template()).items() for name in sets
    }
    return table(
        ("variable", "functions", "default", "allowed", "meaning", "parameter"),
        (_row(name, by_function, parameters.get(name, "")) for name in names),
    )


def _row(name: str, by_function: dict[str, dict[str, Variable]], parameter: str) -> tuple[str, ...]:
    readers = {function: found[name] for function, found in by_function.items() if name in found}
    by_default: dict[str, list[str]] = defaultdict(list)
    for function, variable in readers.items():
        by_default[_default(variable)].append(function)
    default = "; ".join(f"{each} ({', '.join(of)})" if len(by_default) > 1 else each for each, of in by_default.items())
    [allowed] = {variable.allowed for variable in readers.values()}
    return (
        code(name),
        ", ".join(readers),
        default,
        allowed,
        MEANINGS[name],
        f"[`{parameter}`](parameters.md)" if parameter else "",
    )


def _default(variable: Variable) -> str:
    return "required" if variable.is_required else code(variable.default)


PAGE = Page(FOLDER / "variables.md", render)
