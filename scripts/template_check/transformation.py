"""The template as SAM's translator transforms it, which CloudFormation runs for `Transform`."""

import copy
import logging
from typing import Any

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.sdk.parameter import SamParameterValues
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.translator import Translator

from scripts.template_check.source import Resource, Template, of_type

_ARTIFACT = "s3://artifacts/code"
_SERVERLESS = ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion")


class RefusedBySamError(Exception):
    """SAM cannot transform the template."""


class _Session:
    """The part of a boto3 session that the translator needs."""

    def __init__(self, region: str) -> None:
        self.region_name = region


def transform(template: Template, region: str) -> Template:
    """Return the template as CloudFormation gets it in a region. Raises RefusedBySamError."""
    source = copy.deepcopy(template)
    # `sam package` replaces the folders by artifacts in S3.
    for resource in of_type(source["Resources"], *_SERVERLESS).values():
        key = "ContentUri" if resource["Type"].endswith("LayerVersion") else "CodeUri"
        resource["Properties"][key] = _ARTIFACT
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    ArnGenerator.BOTO_SESSION_REGION_NAME = region
    values = SamParameterValues({})
    values.add_default_parameter_values(source)
    translator = Translator({}, Parser(), boto_session=_Session(region))
    try:
        transformed: Template = translator.translate(source, parameter_values=values.parameter_values)
    except InvalidDocumentException as error:
        raise RefusedBySamError(error.message + " " + "; ".join(cause.message for cause in error.causes)) from error
    return transformed


def generated_ids(template: Template, region: str) -> dict[str, set[str]]:
    """Return the logical ids that SAM generates from each resource. Raises RefusedBySamError."""
    plain = {
        name: resource
        for name, resource in template["Resources"].items()
        if not resource["Type"].startswith("AWS::Serverless")
    }
    return {
        name: set(transform(template | {"Resources": plain | {name: resource}}, region)["Resources"]) - set(plain)
        for name, resource in _serverless(template).items()
    }


def _serverless(template: dict[str, Any]) -> dict[str, Resource]:
    return {name: value for name, value in template["Resources"].items() if value["Type"] in _SERVERLESS}
