"""The plain function in front of everything: what is published, out of memory; the rest goes to the pages behind.

A request for a document costs a look at the file's status and a few looks into tables. The same function serves
any ASGI server through `__call__` and, without a task for each request, the protocol in `wire.py`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from feeds.serve.addresses import document_path, parameters
from feeds.serve.answer import NO_STORE, Answer, length, message
from feeds.serve.conditional import PRECONDITIONS, entity_tags, evaluate
from feeds.serve.documents import Document, Documents, Variant
from feeds.serve.guard import Guard
from feeds.serve.negotiation import Coding, codings, means_it, shows_pages, takes_changes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Fields = Iterable[tuple[bytes, bytes]]

ADMITTED = "feeds.admitted"
"""In a request's state: the guard has seen it, and is not to count it twice."""

_MOST_PATHS = 50_000
_MOST_ENTRIES = 10_000
_MOST_ANSWERS = 200
"""How many different wishes are remembered for one version of a document."""
_WISHES = PRECONDITIONS | {b"accept", b"accept-encoding", b"a-im"}
"""The headers that an answer follows from."""


class Front:
    """Answers for documents; `behind` is asked for everything else."""

    def __init__(self, documents: Documents, guard: Guard, prefix: str, behind: App) -> None:
        self.documents = documents
        self.guard = guard
        self.prefix = prefix
        self.behind = behind
        self.served: Counter[int] = Counter()
        """How many answers were given out of memory, by status."""
        self._paths: dict[bytes, str] = {}
        self._looked_up: dict[bytes, Document] = {}
        """What was looked at since the event loop woke: all requests that it woke for were sent before the look."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request."""
        if scope["type"] != "http":
            await self.behind(scope, receive, send)
            return
        raw = scope.get("raw_path") or scope["path"].encode()
        peer = (scope.get("client") or ("", 0))[0]
        refused = None
        if not scope.get("state", {}).get(ADMITTED, False):
            refused = self.guard.refuses(peer, raw, scope["query_string"], scope["headers"])
        if refused is None:
            answer = await self._published(scope["method"], raw, scope["query_string"], scope["headers"])
        else:
            answer = refused
        if answer is None:
            path = scope["path"]
            if self.prefix and (path == self.prefix or path.startswith(self.prefix + "/")):
                scope = dict(scope, path=path[len(self.prefix) :] or "/")
            await self.behind(scope, receive, send)
            return
        self.served[answer.status] += 1
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    def at_once(self, method: bytes, target: bytes, headers: Fields, peer: str | None) -> Answer | None:
        """The answer if it is in memory; None if it has to be made first, or is not a document's.

        `peer` is None for a client to whom the guard is open.
        """
        raw, _, query = target.partition(b"?")
        answer = None if peer is None else self.guard.refuses(peer, raw, query, headers)
        if answer is None:
            answer = self._known(method == b"HEAD", raw, query, headers)
        if answer is not None:
            self.served[answer.status] += 1
        return answer

    async def _published(self, method: str, raw: bytes, query: bytes, headers: Fields) -> Answer | None:
        """The answer for a document, made in a thread where that takes time."""
        if method not in {"GET", "HEAD"}:
            return None
        answer = self._known(method == "HEAD", raw, query, headers)
        while answer is None:
            document = self._asked_for(raw, query)
            if document is None:
                return self._folder(raw, query)
            wanted = _Wanted(headers)
            await asyncio.to_thread(document.make, wanted.coding(document), wanted.browser)
            answer = self._known(method == "HEAD", raw, query, headers)
        return answer

    def _folder(self, raw: bytes, query: bytes) -> Answer | None:
        """A folder is named with a slash at its end. The address is relative: it holds behind any proxy."""
        if raw.endswith(b"/") or self._find(raw + b"/") is None:
            return None
        target = b"./" + raw.rpartition(b"/")[2] + b"/" + (b"?" + query if query else b"")
        return message(301, "The folder's address ends in a slash.", (b"location", target))

    def _asked_for(self, raw: bytes, query: bytes) -> Document | None:
        """The document, or its beginning where a feed's `limit` asks for that."""
        document = self._find(raw)
        if document is not None and b"limit=" in query and document.media.is_feed:
            limit = parameters(query).get("limit", "")
            if limit.isdecimal() and limit.isascii() and len(limit) < 10 and int(limit) < _MOST_ENTRIES:
                return self.documents.first_of(document, int(limit))
        return document

    def _find(self, raw: bytes) -> Document | None:
        document = self._looked_up.get(raw)
        if document is not None:
            return document
        path = self._paths.get(raw)
        if path is None:
            path = document_path(raw.decode("latin-1"), self.prefix)
            if path is None:
                return None
        document = self.documents.find(path)
        if document is not None:
            if not self._looked_up:
                asyncio.get_running_loop().call_soon(self._looked_up.clear)
            self._looked_up[raw] = document
            if raw not in self._paths:
                if len(self._paths) >= _MOST_PATHS:
                    self._paths.clear()
                self._paths[raw] = path
        return document

    def _known(self, head: bool, raw: bytes, query: bytes, headers: Fields) -> Answer | None:
        document = self._asked_for(raw, query)
        if document is None:
            return None
        wished = tuple([pair for pair in headers if pair[0] in _WISHES])
        if (b"a-im", b"feed") in wished and not all(
            means_it(value) for name, value in headers if name == b"user-agent"
        ):
            wished = tuple([pair for pair in wished if pair[0] != b"a-im"])
        wishes = (head, wished)
        answer = document.answers.get(wishes)
        if answer is None:
            answer = _answer(document, self.documents, _Wanted(wished), head)
            if answer is not None and len(document.answers) < _MOST_ANSWERS:
                document.answers[wishes] = answer
        return answer


class _Wanted:
    """What a request's headers ask for."""

    __slots__ = ("accept", "accepted", "changes", "conditions")

    def __init__(self, headers: Fields) -> None:
        self.accept: bytes | None = None
        self.accepted: bytes | None = None
        self.changes: bytes | None = None
        self.conditions: dict[bytes, bytes] = {}
        for name, value in headers:
            if name in PRECONDITIONS:
                known = self.conditions.get(name)
                self.conditions[name] = value if known is None else known + b", " + value
            elif name == b"accept-encoding":
                self.accepted = value if self.accepted is None else self.accepted + b", " + value
            elif name == b"accept":
                self.accept = value if self.accept is None else self.accept + b", " + value
            elif name == b"a-im":
                self.changes = value

    @property
    def browser(self) -> bool:
        """Whether a feed is to be shown as XML."""
        return self.accept is not None and shows_pages(self.accept)

    def coding(self, document: Document) -> Coding:
        """The coding to answer in: the one in which the client holds this version, else the one it likes best."""
        accepted = document.coded(codings(self.accepted))
        held = self.conditions.get(b"if-none-match")
        if held is not None and document.digest in held:
            tags = {tag for _, tag in entity_tags(held)}
            for coding in accepted:
                if document.tag(coding, self.browser) in tags:
                    return coding
            if "identity" not in accepted and document.tag("identity", self.browser) in tags:
                return "identity"
        return accepted[0]


def _answer(document: Document, documents: Documents, wanted: _Wanted, head: bool) -> Answer | None:
    """The answer for a document; None if its representation has to be made first."""
    variant = document.variant(wanted.coding(document), wanted.browser)
    if variant is None:
        return None
    if not wanted.conditions:
        return variant.head if head else variant.whole
    outcome = evaluate(wanted.conditions, variant.tag, document.modified, exact=document.exact)
    if outcome == 304:
        return variant.unchanged
    if outcome == 412:
        return _failed(variant)
    held = wanted.conditions.get(b"if-none-match")
    if held is not None and takes_changes(wanted.changes) and document.entries is not None:
        changes = _changes(document, documents, held)
        if changes is not None:
            return changes.without_body() if head else changes
    return variant.head if head else variant.whole


def _failed(variant: Variant) -> Answer:
    """A precondition does not hold (RFC 9110 section 15.5.13)."""
    body = b"The document has changed: ask again without If-Match or If-Unmodified-Since.\n"
    headers = (b"content-type", b"text/plain; charset=utf-8"), (b"etag", variant.tag), NO_STORE
    return Answer(412, (*headers, *length(body)), body)


def _changes(document: Document, documents: Documents, held: bytes) -> Answer | None:
    """The entries that the client's version lacks (RFC 3229 section 10.4.1), if that version is remembered."""
    tags = [tag for _, tag in entity_tags(held)]
    known = documents.known_to(document.path, tags)
    if known is None or document.entries is None:
        return None
    body = document.entries.without(known)
    kept = tuple(pair for pair in document.changed_headers() if pair[0] != b"cache-control")
    # A cache that does not know deltas must not keep this one for the whole (section 10.8.1).
    return Answer(226, (*kept, (b"im", b"feed"), (b"cache-control", b"no-store, im"), *length(body)), body)
