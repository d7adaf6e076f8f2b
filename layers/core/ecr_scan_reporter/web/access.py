"""Who calls, and what they may do."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from typing import Protocol

from ecr_scan_reporter.settings.api import Authorization
from ecr_scan_reporter.web.messages import Request
from ecr_scan_reporter.web.problems import ProblemError

REALM = "ecr-scan-reporter"
READ_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `subject` is empty for somebody who has a token that many have."""

    subject: str = ""
    may_write: bool = False


class Tokens(Protocol):
    """The tokens that are valid now. Raises CallFailedError."""

    def read(self, *, again: bool = False) -> Collection[str]:
        """Return those that may read; `again`: those that were made within the last minutes too."""

    def write(self, *, again: bool = False) -> Collection[str]:
        """Return those that may write, and read."""


class DeniedError(ProblemError):
    """Nobody who may call, or not this."""


def identify(
    request: Request,
    authorization: Authorization,
    tokens: Tokens,
    *,
    takes_read_token: bool = False,
    write_scope: str = "",
) -> Caller:
    """Return who calls. Raises DeniedError with status 401 where nobody is known, CallFailedError.

    With IAM and JWT, API Gateway has refused everybody else before, but for what `takes_read_token`. `write_scope` is
    the scope that a JSON Web Token needs to write, empty for none.
    """
    if authorization is Authorization.IAM and request.iam is not None:
        return Caller(str(request.iam.get("userArn") or ""), may_write=True)
    if authorization is Authorization.JWT and request.claims is not None:
        scopes = str(request.claims.get("scope") or request.claims.get("scp") or "").strip("[]").split()
        return Caller(_subject(request), may_write=not write_scope or write_scope in scopes)
    presented = presented_token(request.header("authorization"))
    has_tokens = authorization is Authorization.TOKEN
    if presented and (has_tokens or takes_read_token):
        for again in (False, True):
            if has_tokens and _is_one_of(presented, tokens.write(again=again)):
                return Caller(may_write=True)
            if _is_one_of(presented, tokens.read(again=again)):
                return Caller()
    raise _unknown(request)


def _subject(request: Request) -> str:
    # Other names may be anybody's: https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
    claims = request.claims or {}
    is_verified = str(claims.get("email_verified")).lower() == "true"
    return str((is_verified and claims.get("email")) or claims.get("sub") or "")


def _unknown(request: Request) -> DeniedError:
    # With Basic among them, a browser asks for a password in a window of its own, over the page's form.
    is_page = request.header("x-requested-with") == "page"
    challenge = f'Bearer realm="{REALM}"' + ("" if is_page else f', Basic realm="{REALM}", charset="UTF-8"')
    sentence = "a valid token is needed: as Authorization: Bearer TOKEN, or as the password of Basic"
    return DeniedError(HTTPStatus.UNAUTHORIZED, sentence, {"www-authenticate": challenge})


def check_permission(caller: Caller, method: str) -> None:
    """Raise DeniedError with status 403 where a caller must not do this."""
    if method not in READ_METHODS and not caller.may_write:
        raise DeniedError(HTTPStatus.FORBIDDEN, f"{method} changes something, and these credentials may only read")


def presented_token(header: str) -> str:
    """Return the token of the header Authorization: of Bearer, or the password of Basic; empty for none."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        pair = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]


def _is_one_of(presented: str, tokens: Collection[str]) -> bool:
    content = presented.encode("utf-8", "surrogatepass")
    # All are compared, whichever is the right one.
    return sum(compare_digest(content, token.encode()) for token in tokens if token) > 0
