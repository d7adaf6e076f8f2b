"""The errors of the library. No error of AWS's SDK leaves it.

EcrScanReporterError
├── InvalidInputError          a person or another system wrote something wrong
├── RegistryError              ECR refused, for a reason on which the caller can act
│   ├── RepositoryNotFoundError
│   ├── ImageNotFoundError
│   └── ScanRefusedError
├── CallFailedError            an AWS call was refused, or failed however often it was tried
│   ├── OutOfTimeError
│   └── ConcurrentEventError   another invocation reports the same image; this event must be retried
├── NoSnapshotError            the inventory has no snapshot that is whole
├── FeedUnavailableError       a source of a feed gave nothing that could be used
├── JobIncompleteError         a job is done only in part; it must be tried again
├── JobsNotSentError           some jobs could not be put on the queue
└── DeliveryIncompleteError    some channels took a message, and others did not
"""

DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException"}
    | {"ExpiredTokenException", "ExpiredToken", "KMSAccessDeniedException"}
    # botocore's own, without credentials for a signature
    | {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"}
    | {"SSOTokenLoadError", "UnauthorizedSSOTokenError"}
)

MAX_QUOTED = 200


def quoted(value: object) -> str:
    """Return at most 200 characters of the `repr` of a value, which may be of any size and depth."""
    try:
        # Cut first: the `repr` of megabytes costs time.
        text = repr(value[: MAX_QUOTED + 1] if isinstance(value, str | bytes) else value)
    except RecursionError:
        return "a value that is nested too deep"
    return text if len(text) <= MAX_QUOTED else f"{text[: MAX_QUOTED - 3]}..."


class EcrScanReporterError(Exception):
    """Base of every error that the library raises on purpose."""


class InvalidInputError(EcrScanReporterError, ValueError):
    """A wrong value; the message has its name, the value (its beginning) and the allowed values."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} is {quoted(value)}: allowed is {allowed}")
        self.name = name
        self.value = value
        self.allowed = allowed


class MissingInputError(InvalidInputError):
    """A required value is missing."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(name, None, allowed)
        self.args = (f"{name} is not set: it must be {allowed}",)


class RegistryError(EcrScanReporterError):
    """ECR refused a call for a known reason."""


class RepositoryNotFoundError(RegistryError):
    """The repository is not in the registry, or not any more."""


class ImageNotFoundError(RegistryError):
    """The image is not in the repository, or not any more."""


class ScanRefusedError(RegistryError):
    """ECR refused to scan the image, in unknown words; the message quotes them."""


class CallFailedError(EcrScanReporterError):
    """AWS refused a call, or the call failed for good. `code` is AWS's error code, or the name of the connection error.

    `is_passing`: the same call may succeed later. `is_throttled`: AWS only asks for fewer calls.
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
        # An attempt before may have had its effect, although its response was lost.
        self.is_after_fault = False

    @property
    def is_denied(self) -> bool:
        """True when the caller lacks the permission: a further call would fail too."""
        return self.code in DENIED_CODES


class OutOfTimeError(CallFailedError):
    """The time of the invocation was up before the call."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            operation, "OutOfTime", "no time was left to wait for its turn", is_passing=True, is_throttled=True
        )


class ConcurrentEventError(CallFailedError):
    """Another invocation reports the same image at this time; a retry finds what is left to report. It is no fault."""

    def __init__(self, operation: str, message: str) -> None:
        super().__init__(operation, "ConcurrentEvent", message, is_passing=True)


class NoSnapshotError(EcrScanReporterError):
    """The inventory was not built yet, or no snapshot is whole; the message says what to do."""


class FeedUnavailableError(EcrScanReporterError):
    """A source of a feed gave nothing; the message says why."""


class JobIncompleteError(EcrScanReporterError):
    """Some images of a job failed; the job must be retried."""


class JobsNotSentError(EcrScanReporterError):
    """Some jobs did not reach the queue; the message has their number and the first error."""


class DeliveryIncompleteError(EcrScanReporterError):
    """Some channels did not take a message; the message quotes the error of each."""
