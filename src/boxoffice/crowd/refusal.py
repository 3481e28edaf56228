"""A refusal under its name: the `code` of the server's problem document, or the crowd's own word for a fault."""

import msgspec

from boxoffice.crowd.client import Reply


class _Problem(msgspec.Struct):
    code: str = ""


_PROBLEM = msgspec.json.Decoder(_Problem)


class Refused(Exception):
    """A call that did not do what was asked. With `lost`, nobody knows whether it was done: no answer came."""

    def __init__(self, code: str, *, status: int = 0, lost: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.lost = lost


def refusal_in(reply: Reply) -> Refused:
    """The refusal that an answer is. A 5xx may have been done all the same, so it counts as lost."""
    try:
        code = _PROBLEM.decode(reply.body).code
    except msgspec.DecodeError:
        code = ""
    return Refused(code or f"http_{reply.status}", status=reply.status, lost=reply.status >= 500)


class GoesHome(Exception):
    """A fan stops of their own accord; `word` is the name under which that is counted."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word
