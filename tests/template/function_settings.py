"""The settings of the functions that the template declares: the variables they read, the values they take."""

import importlib
from collections.abc import Mapping
from typing import Any

from ecr_scan_reporter.errors import InvalidInputError
from scripts.template_check.source import lambda_modules
from tests.not_empty import not_empty
from tests.template.declared import functions, parameters, variables_of

REQUIRED = {
    "IMAGES_SCAN_JOBS_QUEUE_URL": "https://queue",
    "ECR_SNS_REPORT_TOPIC_ARN": "arn",
    "SCAN_LEDGER_TABLE": "ledger",
    "FINDINGS_BUCKET": "bucket",
    "SUPPRESSIONS_TABLE": "suppressions",
    "SCAN_CONFIGS_TABLE": "configs",
    "API_READ_TOKEN_SECRET": "arn",
    "API_WRITE_TOKEN_SECRET": "arn",
}
SETTINGS: dict[str, Any] = {
    name: getattr(
        importlib.import_module(f"ecr_scan_reporter.settings.{module}"), f"{name.removesuffix('Function')}Settings"
    )
    for name, module in not_empty(lambda_modules()).items()
}
# Function, variable, and the parameter that gives its value.
READ_BY_FUNCTIONS = not_empty(
    sorted(
        (function, variable, value["Ref"])
        for function in functions
        for variable, value in variables_of(function).items()
        if value.get("Ref") in parameters
    )
)


class _RecordingEnvironment(Mapping[str, str]):
    """An environment in which only the required variables are set; `names` has those that were read."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return REQUIRED[name]

    def __iter__(self) -> Any:
        return iter(REQUIRED)

    def __len__(self) -> int:
        return len(REQUIRED)


def names_read_by(function: str) -> set[str]:
    """Return the variables that the settings of a function read."""
    environment = _RecordingEnvironment()
    SETTINGS[function].from_environment(environment)
    return not_empty(environment.names)


def takes(function: str, variable: str, value: str) -> bool:
    """Return whether the settings of a function take a value for a variable."""
    try:
        SETTINGS[function].from_environment(REQUIRED | {variable: value})
    except InvalidInputError:
        return False
    return True
