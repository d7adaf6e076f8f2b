"""Where the application is deployed."""

from typing import Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.domain.registry.discovery import Home, home_of


def home_of_application(context: Any, clients: Clients) -> Home:
    """Return the account and region of the application, from the context, or outside Lambda from STS.

    Raises CallFailedError.
    """
    home = home_of(getattr(context, "invoked_function_arn", None))
    if home:
        return home
    from ecr_scan_reporter.aws.identity import caller_identity

    sts = clients.make("sts")
    return Home(caller_identity(sts, Caller()).account, sts.meta.region_name)
