"""Deploy the built template to the emulator: with the real SAM CLI, or for the tests faster with boto3."""

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError, WaiterError

from local.identity import REGION
from local.running import PROJECT, Emulator, clean_environment, tool

BUILT_TEMPLATE = PROJECT / ".aws-sam" / "local" / "template.yaml"
STACK = "ecr-scan-reporter"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
ARTIFACTS = "local-artifacts"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
DEPLOY_SECONDS = 300

Parameters = Mapping[str, str]
Outputs = dict[str, str]


class DeployFailedError(Exception):
    """The stack could not be deployed or deleted; the message has the tool's output or the stack's events."""


def deploy_with_sam(emulator: Emulator, template: Path, parameters: Parameters, stack: str = STACK) -> Outputs:
    """Deploy as users do, with `sam deploy`; return the outputs. Raises DeployFailedError."""
    command = [
        *(str(tool("sam", "sam")), "deploy", "--template-file", str(template), "--stack-name", stack),
        *("--region", REGION, "--resolve-s3", "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
        *("--no-progressbar", "--capabilities", *CAPABILITIES),
        *("--parameter-overrides", *(f'{name}="{value}"' for name, value in parameters.items())),
    ]
    result = subprocess.run(
        command,
        cwd=template.parent,
        env=_sam_environment(emulator),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEPLOY_SECONDS,
        check=False,
    )
    if result.returncode:
        raise DeployFailedError(f"sam deploy ended with {result.returncode}:\n{result.stdout}\n{result.stderr}")
    return outputs(emulator, stack)


def deploy_fast(emulator: Emulator, template: Path, parameters: Parameters, stack: str = STACK) -> Outputs:
    """Create or update the stack without the CLI; return the outputs. Raises DeployFailedError."""
    client = emulator.client("cloudformation")
    request = {
        "StackName": stack,
        "TemplateURL": _uploaded_template(emulator, template),
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    }
    try:
        if _exists(client, stack):
            client.update_stack(**request)
            _wait(client, "stack_update_complete", stack)
        else:
            client.create_stack(**request)
            _wait(client, "stack_create_complete", stack)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise DeployFailedError(str(error)) from error
    return outputs(emulator, stack)


def delete(emulator: Emulator, stack: str = STACK) -> None:
    """Delete the stack, and wait until it is gone."""
    client = emulator.client("cloudformation")
    client.delete_stack(StackName=stack)
    _wait(client, "stack_delete_complete", stack)


def outputs(emulator: Emulator, stack: str = STACK) -> Outputs:
    """Read the outputs of a deployed stack."""
    described = emulator.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def _sam_environment(emulator: Emulator) -> dict[str, str]:
    return {
        **clean_environment(),
        **emulator.environment(),
        "SAM_CLI_TELEMETRY": "0",
        # Neither reads nor writes this user's settings.
        "__SAM_CLI_APP_DIR": str(emulator.folder / "sam"),
        "AWS_CONFIG_FILE": str(emulator.folder / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(emulator.folder / "no-credentials"),
    }


def _uploaded_template(emulator: Emulator, template: Path) -> str:
    # By a bucket, as `sam deploy` does: a request takes 51,200 bytes of a template, a bucket a megabyte.
    body = yaml.safe_dump(_with_uploaded_artifacts(emulator, template)).encode()
    key = f"{hashlib.sha256(body).hexdigest()}.template"
    emulator.client("s3").put_object(Bucket=ARTIFACTS, Key=key, Body=body)
    return f"https://s3.{REGION}.amazonaws.com/{ARTIFACTS}/{key}"


def _with_uploaded_artifacts(emulator: Emulator, template: Path) -> dict[str, Any]:
    # `sam build` writes intrinsic functions in their long form, which plain YAML reads.
    body: dict[str, Any] = yaml.safe_load(template.read_text())
    storage = emulator.client("s3")
    storage.create_bucket(Bucket=ARTIFACTS)
    uploaded: dict[Path, str] = {}
    for properties, key in _artifacts(body):
        folder = (template.parent / properties[key]).resolve()
        if folder not in uploaded:
            uploaded[folder] = _upload(storage, folder)
        properties[key] = uploaded[folder]
    return body


def _artifacts(body: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for resource in body["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if isinstance(properties.get(key), str) and not properties[key].startswith("s3://"):
                yield properties, key


def _upload(storage: Any, folder: Path) -> str:
    content = zip_folder(folder)
    key = hashlib.sha256(content).hexdigest()
    storage.put_object(Bucket=ARTIFACTS, Key=key, Body=content)
    return f"s3://{ARTIFACTS}/{key}"


def zip_folder(folder: Path) -> bytes:
    """Pack a folder. The same content has the same bytes, so that an unchanged function is not updated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (path.stat().st_mode & 0xFFFF) << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _exists(client: Any, stack: str) -> bool:
    try:
        client.describe_stacks(StackName=stack)
    except ClientError:
        return False
    return True


def _wait(client: Any, waiter_name: str, stack: str) -> None:
    waiter = client.get_waiter(waiter_name)
    try:
        waiter.wait(StackName=stack, WaiterConfig={"Delay": 0.2, "MaxAttempts": DEPLOY_SECONDS * 5})
    except WaiterError as error:
        raise DeployFailedError(f"{error}\n{_failures(client, stack)}") from error


def _failures(client: Any, stack: str) -> str:
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
    return "\n".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed)
