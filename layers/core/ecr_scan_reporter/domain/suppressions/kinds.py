"""What a suppression says of the findings that it hides: they count and are accepted, or they do not count."""

from enum import StrEnum


class SuppressionKind(StrEnum):
    """Why the findings need no report."""

    ACCEPTED_RISK = "accepted-risk"
    FALSE_POSITIVE = "false-positive"
    NOT_AFFECTED = "not-affected"


class Justification(StrEnum):
    """Why an image is not affected: https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-justifications."""

    COMPONENT_NOT_PRESENT = "component_not_present"
    CODE_NOT_PRESENT = "vulnerable_code_not_present"
    CODE_NOT_IN_EXECUTE_PATH = "vulnerable_code_not_in_execute_path"
    CODE_CANNOT_BE_CONTROLLED = "vulnerable_code_cannot_be_controlled_by_adversary"
    INLINE_MITIGATIONS = "inline_mitigations_already_exist"


DEFAULT_KIND = SuppressionKind.ACCEPTED_RISK
JUSTIFIED_KINDS = frozenset({SuppressionKind.FALSE_POSITIVE, SuppressionKind.NOT_AFFECTED})
