"""`/hub`, as HTTP sees it."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.serve.answer import message
from feeds.serve.guard import Guard
from feeds.serve.pages import as_response
from feeds.serve.websub.hub import Hub

_BODY_BYTES = 32 << 10
_FORM = "application/x-www-form-urlencoded"
_ABOUT = (
    "This is a WebSub hub (https://www.w3.org/TR/websub/). POST hub.mode, hub.topic and hub.callback to it as a form; "
    "topics are the self links of this server's feeds."
)


def routes(hub: Hub, guard: Guard) -> list[Route]:
    """The hub's one route."""

    async def endpoint(request: Request) -> Response:
        if request.method in {"GET", "HEAD"}:
            return as_response(message(200, _ABOUT))
        refused = guard.refuses_costly(request.client.host if request.client else "", request.headers.raw)
        if refused is not None:
            return as_response(refused)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return as_response(message(415, f"The request must be a form: Content-Type: {_FORM}."))
        body = await _body(request)
        if body is None:
            return as_response(message(413, "The form is too long."))
        refusal = hub.asked(body)
        if refusal is None:
            return as_response(message(202, "Accepted."))
        more = ((b"retry-after", b"60"),) if refusal.status == 503 else ()
        return as_response(message(refusal.status, refusal.reason, *more))

    return [Route("/hub", endpoint, methods=["GET", "POST"])]


async def _body(request: Request) -> bytes | None:
    """The request's body; None if it is too long."""
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > _BODY_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return body
