"""JSON objects that strangers wrote: read strictly, and no deeper than anybody needs."""

from __future__ import annotations

import json

from feeds.errors import DumpError

_DEPTH_LIMIT = 32


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


_decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode


def object_at(text: str, start: int) -> tuple[dict[str, object], int]:
    """The JSON object (RFC 8259) that begins at `start`, and where it ends; of a name that it repeats, the last.

    Raises DumpError, with the reason, if there is none, or one that nests too deep. An object that has begun and not
    ended is none: so what follows one never changes it.
    """
    try:
        said, end = _decode(text, start)
    except RecursionError:
        raise DumpError("nested too deep") from None
    except json.JSONDecodeError as error:
        line = f" of line {error.lineno}" if error.lineno > 1 else ""
        raise DumpError(f"not JSON: {error.msg}, column {error.colno}{line}") from None
    except ValueError as error:
        raise DumpError(f"not JSON: {error}") from None
    if not isinstance(said, dict):
        raise DumpError("not a JSON object")
    if _is_deep(said):
        raise DumpError("nested too deep")
    return said, end


def _is_deep(value: object) -> bool:
    """Whether a value nests beyond the limit, which is far below the interpreter's own."""
    level = [value]
    for _ in range(_DEPTH_LIMIT):
        inner: list[object] = []
        for node in level:
            if isinstance(node, dict):
                inner.extend(node.values())
            elif isinstance(node, list):
                inner.extend(node)
        if not inner:
            return False
        level = inner
    return True
