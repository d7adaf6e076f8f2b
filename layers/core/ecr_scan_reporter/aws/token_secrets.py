"""The tokens of the API: the current value of a secret, and the one before it, for an hour after the rotation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
VALID_AFTER_ROTATION = timedelta(hours=1)
# A value is kept so long. A token that nobody knows is looked for again, but not more often than this: calls cost.
MAX_AGE, MIN_AGE = timedelta(minutes=5), timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Known:
    at: datetime
    current: str
    previous: str
    rotated_at: datetime | None


class TokenSecret:
    """One secret, kept for some minutes. `now` tells the time; `on_problem` hears that the secret cannot be read."""

    def __init__(
        self,
        client: "SecretsManagerClient",
        caller: Caller,
        arn: str,
        now: Callable[[], datetime],
        on_problem: Callable[[str], object] = str,
    ) -> None:
        self._client, self._caller, self._arn, self._now, self._on_problem = client, caller, arn, now, on_problem
        self._known: _Known | None = None
        self._looked_at = datetime.min.replace(tzinfo=UTC)

    def values(self, *, again: bool = False) -> tuple[str, ...]:
        """Return the tokens that are valid now; `again`: also one that was made just now.

        While the secret cannot be read, what is known of it goes on for an hour. Raises CallFailedError after that.
        """
        now = self._now()
        known = self._known
        if known is None or now - self._looked_at > (MIN_AGE if again else MAX_AGE):
            known = self._known = self._look(now)
            self._looked_at = now
        is_recent = known.rotated_at is not None and now - known.rotated_at < VALID_AFTER_ROTATION
        return (known.current, known.previous) if is_recent and known.previous else (known.current,)

    def _look(self, now: datetime) -> _Known:
        try:
            return self._read(now)
        except CallFailedError as error:
            if self._known is None or now - self._known.at > VALID_AFTER_ROTATION:
                raise
            self._on_problem(f"the tokens known before go on: {error}")
            return self._known

    def _read(self, now: datetime) -> _Known:
        current = self._caller(self._client.get_secret_value, SecretId=self._arn, VersionStage=CURRENT)
        return _Known(now, current["SecretString"], self._previous(), current.get("CreatedDate"))

    def _previous(self) -> str:
        try:
            answer = self._caller(self._client.get_secret_value, SecretId=self._arn, VersionStage=PREVIOUS)
        except CallFailedError as error:
            if error.code == "ResourceNotFoundException":  # It was never rotated.
                return ""
            raise
        return str(answer["SecretString"])


class Secrets:
    """The values of secrets, for people who rotate them."""

    def __init__(self, client: "SecretsManagerClient", caller: Caller) -> None:
        self._client, self._caller = client, caller

    def get(self, arn: str) -> str:
        """Return the current value. Raises CallFailedError."""
        return str(self._caller(self._client.get_secret_value, SecretId=arn, VersionStage=CURRENT)["SecretString"])

    def put(self, arn: str, value: str) -> None:
        """Make a value the current one, and the current one the previous. Raises CallFailedError.

        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
        """
        # The same id for each attempt: the second one is none.
        request = str(uuid4())
        self._caller(self._client.put_secret_value, SecretId=arn, SecretString=value, ClientRequestToken=request)
