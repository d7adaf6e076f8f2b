"""Permissions: every action exists, and takes the type of its resource."""

import fnmatch
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource

from scripts.template_check.intrinsics import ACCOUNT
from scripts.template_check.problems import Finding, rule
from scripts.template_check.source import as_list
from scripts.template_check.stacks import Stack

# The Service Authorization Reference from cfn-lint: actions and forms of ARNs by service, in lower case.
_SERVICES: Mapping[str, Any] = load_resource(AdditionalSpecs, "Policies.json")
# Those that SAM attaches: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
_MANAGED = {"service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess"}
# Scan configurations name repositories of any region and account. A wildcard matches within its part of the ARN:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
_ANYWHERE = {"ecr"}
_PAGE = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"


@rule(_PAGE)
def actions_fit_their_resources(stack: Stack) -> Iterator[Finding]:
    """Each action of a role exists; each takes one of its statement's resources, and each resource serves an action."""
    for name, properties in stack.of_type("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                for text in _faults(statement, stack):
                    yield name, text


@rule("https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html")
def managed_policies_exist(stack: Stack) -> Iterator[Finding]:
    """Each managed policy is one of AWS's, in the stack's partition."""
    for name, properties in stack.of_type("AWS::IAM::Role").items():
        for arn in properties.get("ManagedPolicyArns", []):
            prefix, _, policy = arn.partition(":policy/")
            if prefix != f"arn:{stack.partition.name}:iam::aws" or policy not in _MANAGED:
                yield name, f"{arn} is no managed policy of partition {stack.partition.name}"


def _faults(statement: Mapping[str, Any], stack: Stack) -> Iterator[str]:
    resources = as_list(statement["Resource"])
    served: set[str] = set()
    for pattern in as_list(statement["Action"]):
        actions = list(_existing(pattern))
        if not actions:
            yield f"there is no action {pattern}"
        for service, action in actions:
            fitting = {resource for resource in resources if _takes(service, action, resource, stack)}
            if not fitting:
                yield f"{pattern} takes no resource such as {', '.join(resources)}"
            served |= fitting
    for resource in resources:
        if resource not in served:
            yield f"no action of its statement takes {resource}"


def _existing(pattern: str) -> Iterator[tuple[str, str]]:
    service, _, action = pattern.lower().partition(":")
    for known in _SERVICES.get(service, {}).get("Actions", {}):
        if fnmatch.fnmatchcase(known, action):
            yield service, known


def _takes(service: str, action: str, resource: str, stack: Stack) -> bool:
    kinds = as_list(_SERVICES[service]["Actions"][action].get("Resources", []))
    if resource == "*":
        return True
    known = _SERVICES[service]["Resources"]
    return any(
        _is_of_form(resource, form, kind, stack)
        for kind in kinds
        for form in known.get(kind.lower(), {}).get("ARNFormats", [])
    )


def _is_of_form(resource: str, form: str, kind: str, stack: Stack) -> bool:
    """Compare an ARN with the reference's form, part by part.

    The account may be another one (roles, buses); region and account together may be any (repositories).
    """
    region = stack.partition.region
    expected = form.replace("${Partition}", stack.partition.name).replace("${Region}", region).split(":", 5)
    parts = resource.split(":", 5)
    if len(parts) != len(expected):
        return False
    if parts[2] in _ANYWHERE and parts[3:5] == ["*", "*"]:
        parts[3:5] = [region, ACCOUNT]
    if parts[:4] != expected[:4]:
        return False
    account = expected[4].replace("${Account}", r"\d{12}")
    is_ours = parts[4] in {"", ACCOUNT} or parts[2] in {"iam", "events"}
    return is_ours and bool(re.fullmatch(account, parts[4]) and re.match(_opened(expected[5], kind), parts[5]))


def _opened(form: str, kind: str) -> str:
    if form == ".*":  # a bucket, a queue or a topic; or an object of a bucket
        return ".+/.+" if kind == "object" else "[^/]+$"
    return form if ".*" in form else form.replace("${Account}", r"\d{12}") + "$"
