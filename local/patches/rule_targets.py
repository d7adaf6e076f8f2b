"""A rule invokes its Lambda function as AWS does: asynchronously, with retries, then the on-failure destination.

Why: ministack's rules try once and drop the event when the function fails.
Goes when: eventbridge._dispatch_to_lambda calls lambda_svc.invoke_async_with_retry itself.
"""

import json

from ministack.services import eventbridge, lambda_svc

from local.patches.replacing import original_of, replace


def apply() -> None:
    """Replace the single attempt by an asynchronous invocation."""
    find = original_of(lambda_svc, "_get_func_record_for_ref")
    execution_record = original_of(lambda_svc, "_execution_record_for_config")
    invoke = original_of(lambda_svc, "invoke_async_with_retry")

    def dispatch(arn: str, payload: str) -> None:
        function, config, name = find(arn)
        if not function or not config:
            eventbridge.logger.warning("EventBridge: the target %s is not there", name)
            return
        invoke({**function, **execution_record(function, config)}, json.loads(payload))

    replace(eventbridge, "_dispatch_to_lambda", dispatch)
