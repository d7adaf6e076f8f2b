"""Events of AWS's own services reach the default bus.

Why: PutEvents refuses sources that begin with `aws.`, as in AWS, and ministack has no other sender of ECR's event.
Goes when: ministack's ECR sends `ECR Image Scan` itself.
"""

from ministack.core import responses
from ministack.services import eventbridge

from local.ecr.scanner import Emit, Event
from local.patches.replacing import original_of


def emitter() -> Emit:
    """Return the function that puts an event as an AWS service does."""
    scope, put = original_of(responses, "request_scope"), original_of(eventbridge, "_put_events")
    ensure_bus = original_of(eventbridge, "_ensure_default_bus")

    def emit(event: Event, account: str, region: str) -> None:
        with scope(account, region):
            ensure_bus()
            put({"Entries": [event]}, allow_aws_source=True)

    return emit
