"""CloudFormation: the outputs and the parameters of deployed stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError, MissingInputError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


class Stacks:
    """The stacks of one account and region."""

    def __init__(self, client: "CloudFormationClient", caller: Caller) -> None:
        self._client = client
        self._caller = caller

    def output(self, stack: str, name: str) -> str:
        """Return an output of a stack. Raises InvalidInputError where there is no such stack, or no such output."""
        outputs = {output["OutputKey"]: output["OutputValue"] for output in self._describe(stack).get("Outputs", ())}
        if not outputs.get(name):
            raise MissingInputError(f"the output {name} of the stack {stack}", "that of this application")
        return str(outputs[name])

    def parameters(self, stack: str) -> Mapping[str, str]:
        """Return the parameters of a stack. Raises InvalidInputError where there is no such stack."""
        given = self._describe(stack).get("Parameters", ())
        return {parameter["ParameterKey"]: parameter.get("ParameterValue", "") for parameter in given}

    def _describe(self, stack: str) -> "StackTypeDef":
        try:
            (found,) = self._caller(self._client.describe_stacks, StackName=stack)["Stacks"]
        except CallFailedError as error:
            if error.code == "ValidationError":  # also where there is none of this name
                raise InvalidInputError("the stack", stack, "one of this account and region") from error
            raise
        described: StackTypeDef = found
        return described
