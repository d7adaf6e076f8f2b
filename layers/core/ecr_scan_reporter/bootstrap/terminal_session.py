"""The AWS session of the command line: a profile, a region."""

import boto3
from botocore.exceptions import ConfigParseError, InvalidRegionError, ProfileNotFound
from botocore.utils import validate_region_name

from ecr_scan_reporter.errors import EcrScanReporterError, InvalidInputError, MissingInputError


class UnreadableConfigurationError(EcrScanReporterError):
    """A file of the AWS configuration is wrong."""


def profile_session(profile: str | None, region: str | None) -> boto3.Session:
    """Return the session. Raises InvalidInputError for an unknown profile, a wrong region, or none."""
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        validate_region_name(session.region_name)
    except ProfileNotFound as error:
        raise InvalidInputError("the profile", profile, "one of the AWS configuration") from error
    except InvalidRegionError as error:
        raise InvalidInputError("the region", region or session.region_name, "one such as eu-west-1") from error
    except ConfigParseError as error:
        raise UnreadableConfigurationError(f"the AWS configuration cannot be read: {error}") from error
    if not session.region_name:
        raise MissingInputError("the region", "given by --region, AWS_REGION, AWS_DEFAULT_REGION or the profile")
    return session
