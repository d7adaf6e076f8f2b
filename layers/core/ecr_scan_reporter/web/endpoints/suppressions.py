"""`/suppressions`: what people have decided about findings."""

import json
from enum import StrEnum
from http import HTTPStatus

from ecr_scan_reporter.domain.suppressions.fields import suppression_document
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.suppressions.edits import SuppressionExistsError, add_suppression, remove_suppression
from ecr_scan_reporter.web import parameters
from ecr_scan_reporter.web.answers import document
from ecr_scan_reporter.web.bodies import json_object
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import JSON, Response
from ecr_scan_reporter.web.problems import ProblemError
from ecr_scan_reporter.web.routing import Content, Route

AUTHOR = "createdBy"


class State(StrEnum):
    """Which suppressions by their end."""

    ALL = "all"
    ACTIVE = "active"
    ENDED = "ended"


_STATE = parameters.choice("state", "All, those in force, or those that have ended.", State, default=State.ALL)


def list_suppressions(call: Call) -> Response:
    """Answer with the suppressions, by id."""
    today, state = call.now.date(), call.values["state"]

    def is_wanted(suppression: Suppression) -> bool:
        return state is State.ALL or suppression.holds_on(today) == (state is State.ACTIVE)

    found = [suppression_document(each) for each in call.tools.suppressions.all() if is_wanted(each)]
    return document({"total": len(found), "items": found})


def add(call: Call) -> Response:
    """Add a suppression; who calls is its author, and where that is not known, the body says it."""
    fields = dict(json_object(call.request))
    subject = call.caller.subject
    if "createdAt" in fields:
        raise InvalidInputError("createdAt", fields["createdAt"], "none: it is the time of the call")
    if subject:
        if fields.get(AUTHOR, subject) != subject:
            raise InvalidInputError(AUTHOR, fields[AUTHOR], f"{subject}, who calls; or leave it out")
        fields[AUTHOR] = subject
    elif not fields.get(AUTHOR):
        raise InvalidInputError(AUTHOR, fields.get(AUTHOR), "who makes the suppression: many have the token")
    try:
        made = add_suppression(fields, call.tools.suppressions, author=str, now=call.now).suppression
    except SuppressionExistsError as error:
        raise ProblemError(HTTPStatus.CONFLICT, str(error)) from error
    body = (json.dumps(suppression_document(made)) + "\n").encode()
    return Response(HTTPStatus.CREATED, body=body, headers={"location": f"/suppressions/{made.id}"})


def remove(call: Call) -> Response:
    """Remove a suppression."""
    if not remove_suppression(call.path["id"], call.tools.suppressions):
        raise ProblemError(HTTPStatus.NOT_FOUND, "no suppression has this id")
    return Response(HTTPStatus.NO_CONTENT)


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/suppressions",
        list_suppressions,
        "The suppressions, with who made them and why",
        (Content(JSON, "Suppressions"),),
        (_STATE,),
    ),
    Route(
        "POST",
        "/suppressions",
        add,
        "Suppress findings. Lists follow with the next build of the inventory",
        (Content(JSON, "Suppression"),),
        body="NewSuppression",
        status=HTTPStatus.CREATED,
    ),
    Route(
        "DELETE",
        "/suppressions/{id}",
        remove,
        "End a suppression",
        path_meanings={"id": "The id of the suppression."},
        status=HTTPStatus.NO_CONTENT,
    ),
)
