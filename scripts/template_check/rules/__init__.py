"""The rules, a module for each group."""

from scripts.template_check.rules import (
    alarms,
    event_patterns,
    functions,
    names,
    permissions,
    queues,
    references,
    resource_policies,
    schedules,
    storage,
)

# Rules on the source template.
SOURCE_RULES = (names.names_are_unique, schedules.parameters_accept_schedules_alone)
# Rules on each possible stack, when all its references resolve (references.references_resolve).
STACK_RULES = (
    names.names_fit,
    names.layers_are_the_stacks_own,
    names.databases_are_the_stacks_own_and_athena_takes_their_names,
    names.workgroups_are_the_stacks_own,
    permissions.actions_fit_their_resources,
    permissions.managed_policies_exist,
    resource_policies.queue_policies_are_of_one_queue,
    resource_policies.topic_policies_name_actions_of_a_topic,
    resource_policies.each_queue_and_topic_has_one_policy,
    event_patterns.patterns_are_valid,
    event_patterns.patterns_match_the_recorded_events,
    schedules.schedules_are_valid,
    queues.messages_stay_hidden_long_enough,
    queues.batches_are_reached_in_time,
    queues.retries_end_before_the_message_expires,
    alarms.alarms_look_back_no_further_than_cloudwatch,
    alarms.alarms_say_what_to_do,
    alarms.cloudwatch_can_publish_the_alarms,
    alarms.every_failure_raises_an_alarm,
    functions.lambda_filters_no_log_lines,
    functions.conditions_follow_from_the_table,
    functions.tracing_follows_the_partition,
    functions.loops_that_are_meant_are_allowed,
    functions.events_that_fail_are_kept,
    functions.architectures_are_the_layers_too,
    storage.buckets_stay_but_not_when_their_stack_fails,
    storage.nothing_that_keeps_data_is_named,
)
# Rules on all those stacks together.
RANGE_RULES = (references.conditions_vary,)
