"""The settings of api, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

from dataclasses import dataclass
from enum import StrEnum

from ecr_scan_reporter.domain.inventory.measures import MetricsDetail
from ecr_scan_reporter.settings import variables
from ecr_scan_reporter.settings.variables import Environment

_ARN = "the ARN of the secret"


class Authorization(StrEnum):
    """How callers of the API are known: by a token, a signature of AWS, or a JSON Web Token."""

    TOKEN = "TOKEN"  # noqa: S105 - no password
    IAM = "IAM"
    JWT = "JWT"


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Settings of api. The write token is needed with TOKEN alone; feeds may be read with the read token in any case.

    With JWT, `issuer` and `client_id` are those of the page's log-in, and `write_scope` is needed to change something,
    where it is not empty. `token_origin` is the origin of the issuer's token endpoint, where it has another.
    """

    findings_bucket: str
    suppressions_table: str
    configs_table: str
    authorization: Authorization
    read_token_secret: str
    write_token_secret: str
    issuer: str
    client_id: str
    write_scope: str
    token_origin: str
    metrics_detail: MetricsDetail
    registry_id: str
    region: str

    @classmethod
    def from_environment(cls, environment: Environment) -> "ApiSettings":
        """Read and validate the variables."""
        authorization = variables.choice(environment, "API_AUTHORIZATION", Authorization.TOKEN)
        read, write = "API_READ_TOKEN_SECRET", "API_WRITE_TOKEN_SECRET"
        has_tokens = authorization is Authorization.TOKEN
        return cls(
            findings_bucket=variables.required(environment, "FINDINGS_BUCKET", "the name of the findings bucket"),
            suppressions_table=variables.required(
                environment, "SUPPRESSIONS_TABLE", "the name of the suppressions table"
            ),
            configs_table=variables.required(
                environment, "SCAN_CONFIGS_TABLE", "the name of the table of scan configurations"
            ),
            authorization=authorization,
            read_token_secret=(
                variables.required(environment, read, _ARN) if has_tokens else variables.text(environment, read, "")
            ),
            write_token_secret=variables.required(environment, write, _ARN) if has_tokens else "",
            issuer=variables.text(environment, "JWT_ISSUER", ""),
            client_id=variables.text(environment, "OIDC_CLIENT_ID", ""),
            write_scope=variables.text(environment, "JWT_WRITE_SCOPE", ""),
            token_origin=variables.text(environment, "OIDC_TOKEN_ORIGIN", ""),
            metrics_detail=variables.choice(environment, "METRICS_DETAIL", MetricsDetail.REPOSITORY),
            registry_id=variables.text(environment, "ECR_REGISTRY_ID", ""),
            region=variables.text(environment, "AWS_REGION", ""),
        )
