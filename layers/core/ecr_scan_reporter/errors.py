"""The library's own errors: all that leaves it, whatever AWS or the standard library raised inside.

EcrScanReporterError
├── InvalidInputError          something a person or another system wrote is wrong
├── RegistryError              ECR refused, for a reason that the caller can act on
│   ├── RepositoryNotFoundError
│   ├── ImageNotFoundError
│   └── ScanRefusedError
├── CallFailedError            an AWS call was refused, or failed however often it was tried
│   └── OutOfTimeError
├── JobIncompleteError         a job is done only in part; it must be tried again
├── JobsNotSentError           some jobs could not be put on the queue
└── DeliveryIncompleteError    some channels took a message, and others did not
"""

DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException"}
    | {"ExpiredTokenException", "ExpiredToken", "KMSAccessDeniedException"}
    # botocore's own, when there are no credentials to sign with
    | {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"}
    | {"SSOTokenLoadError", "UnauthorizedSSOTokenError"}
)

MAX_QUOTED = 200


def quoted(value: object) -> str:
    """Return at most 200 characters of a value, as Python writes it: what others send may be of any size and depth."""
    try:
        # A little more than is shown: to write down megabytes costs time.
        text = repr(value[: MAX_QUOTED + 1] if isinstance(value, str | bytes) else value)
    except RecursionError:
        return "a value that is nested too deep"
    return text if len(text) <= MAX_QUOTED else f"{text[: MAX_QUOTED - 3]}..."


class EcrScanReporterError(Exception):
    """Base of every error that this library raises on purpose."""


class InvalidInputError(EcrScanReporterError, ValueError):
    """A value that is not allowed; the message names the thing, the value (its beginning) and what is allowed."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} is {quoted(value)}: allowed is {allowed}")
        self.name = name
        self.value = value
        self.allowed = allowed


class MissingInputError(InvalidInputError):
    """A value that must be given is not there."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(name, None, allowed)
        self.args = (f"{name} is not set: it must be {allowed}",)


class RegistryError(EcrScanReporterError):
    """ECR answered that it cannot do what was asked."""


class RepositoryNotFoundError(RegistryError):
    """The repository is not in the registry (any more)."""


class ImageNotFoundError(RegistryError):
    """The image is not in the repository (any more)."""


class ScanRefusedError(RegistryError):
    """ECR refused to scan the image, in words that are not known; the text quotes them."""


class CallFailedError(EcrScanReporterError):
    """An AWS call was refused or failed for good. `code` is AWS's error code, or the connection error's name.

    `is_passing`: the same call may succeed later; `is_throttled`: it may, because the API only asked for fewer calls.
    """

    def __init__(
        self, operation: str, code: str, message: str, *, is_passing: bool = False, is_throttled: bool = False
    ) -> None:
        super().__init__(f"{operation} failed: {code}: {message}")
        self.operation = operation
        self.code = code
        self.message = message
        self.is_passing = is_passing
        self.is_throttled = is_throttled
        # An attempt before may have had its effect, though its answer was lost.
        self.is_after_fault = False

    @property
    def is_denied(self) -> bool:
        """True when the caller may not do this at all: then there is no use in trying the next one."""
        return self.code in DENIED_CODES


class OutOfTimeError(CallFailedError):
    """The time of the invocation was up before the call could be made."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            operation, "OutOfTime", "no time was left to wait for its turn", is_passing=True, is_throttled=True
        )


class JobIncompleteError(EcrScanReporterError):
    """Some images of a job failed; the job must be retried."""


class JobsNotSentError(EcrScanReporterError):
    """Some jobs could not be put on the queue; names how many and the first of them."""


class DeliveryIncompleteError(EcrScanReporterError):
    """Some channels did not take a message; the text quotes the error of each."""
