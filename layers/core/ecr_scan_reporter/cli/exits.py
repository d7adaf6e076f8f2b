"""Exit statuses of the commands, and how they print errors."""

from rich.console import Console

from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError

DONE, INCOMPLETE, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
# Of the gate alone.
NOT_SCANNED, AGAINST_POLICY = 3, 4

_SIGN_IN = "sign in, for example with `aws sso login`, or give --profile"
_GIVE_OTHERS = "give --profile or other credentials; `aws sts get-caller-identity` shows whose they are"
_NO_CREDENTIALS = (
    "no AWS credentials were found: give --profile, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)
_EXPIRED = f"the AWS credentials have expired: {_SIGN_IN}"
_INVALID = f"AWS does not accept the credentials: {_GIVE_OTHERS}"
# Codes of AWS, and the names of botocore's errors, of calls that did not get as far as a permission.
_CREDENTIALS = {
    "NoCredentialsError": _NO_CREDENTIALS,
    "PartialCredentialsError": f"the AWS credentials are not complete: {_GIVE_OTHERS}",
    "CredentialRetrievalError": f"the AWS credentials could not be read: {_GIVE_OTHERS}",
    "TokenRetrievalError": _EXPIRED,
    "SSOTokenLoadError": f"there is no session of AWS IAM Identity Center: {_SIGN_IN}",
    "UnauthorizedSSOTokenError": _EXPIRED,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "UnrecognizedClientException": _INVALID,
    "InvalidClientTokenId": _INVALID,
    "InvalidSignatureException": _INVALID,
    "InvalidAccessKeyId": _INVALID,
    "SignatureDoesNotMatch": _INVALID,
    "EndpointConnectionError": "there is no connection to AWS: check the network, and the name of the region",
}


def print_error(console: Console, text: str) -> None:
    """Print an error as one line; a text of AWS or of a file in it is never taken for markup.

    Nor for an emoji: `:a:` is one to rich, and a part of `app:a: ...` here.
    """
    console.print(text, style="red", markup=False, emoji=False, highlight=False, soft_wrap=True)


def is_without_access(error: CallFailedError) -> bool:
    """Return whether permissions, credentials or the network are the cause, so that a further call would fail too."""
    return error.is_denied or error.code in _CREDENTIALS


def explain(error: EcrScanReporterError) -> str:
    """Return an error in words; where the credentials are the cause, what to do about it."""
    if not isinstance(error, CallFailedError):
        return str(error)
    advice = _CREDENTIALS.get(error.code)
    if advice:
        return f"{advice} ({error.code}: {error.message})"
    if error.is_denied:
        return f"AWS denies a call: {error.message or error.code}"
    return str(error)
