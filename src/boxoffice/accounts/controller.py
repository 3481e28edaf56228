"""HTTP of accounts and sessions."""

import msgspec
from falcon.asgi import Request, Response

from boxoffice.accounts.guard import AccountGuard
from boxoffice.accounts.policy import is_session_id
from boxoffice.accounts.schemas import LiveSessions, Refresh, SessionReply, SignIn, SignUp, UserReply
from boxoffice.accounts.service import AccountService
from boxoffice.http.replies import no_content, reply
from boxoffice.http.requests import client_address, read_json
from boxoffice.http.routes import Operation, Route
from boxoffice.kernel import errors as e

_SIGN_UP = msgspec.json.Decoder(SignUp)
_SIGN_IN = msgspec.json.Decoder(SignIn)
_REFRESH = msgspec.json.Decoder(Refresh)

_ME = "/api/v1/users/me"
_CURRENT = "/api/v1/sessions/current"


class UsersResource:
    """`/users`"""

    def __init__(self, service: AccountService) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response) -> None:
        request = await read_json(req, _SIGN_UP)
        user = await self._service.sign_up(request.email, request.password, request.name)
        reply(resp, UserReply.of(user), 201, location=_ME)


class MeResource:
    """`/users/me`"""

    def __init__(self, service: AccountService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_get(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        reply(resp, UserReply.of(await self._service.user(fan.user_id)))


class SessionsResource:
    """`/sessions` and `/sessions/{id}`. `proxies`: how many of our own stand between a client and us."""

    def __init__(self, service: AccountService, guard: AccountGuard, proxies: int) -> None:
        self._service = service
        self._guard = guard
        self._proxies = proxies

    async def on_post(self, req: Request, resp: Response) -> None:
        request = await read_json(req, _SIGN_IN)
        client = client_address(req, self._proxies)
        signed_in = await self._service.sign_in(request.email, request.password, client=client)
        reply(resp, SessionReply.of(signed_in), 201, location=_CURRENT)

    async def on_get(self, req: Request, resp: Response) -> None:
        fan = self._guard.signed_in(req)
        reply(resp, LiveSessions.of(await self._service.sessions(fan), fan.session_id))

    async def on_delete(self, req: Request, resp: Response) -> None:
        await self._service.sign_out_everywhere(self._guard.signed_in(req))
        no_content(resp)

    async def on_delete_one(self, req: Request, resp: Response, session_id: str) -> None:
        fan = self._guard.signed_in(req)
        if not is_session_id(session_id):
            raise e.NotFound
        await self._service.end_session(fan, session_id)
        no_content(resp)


class RefreshResource:
    """`/sessions/refresh`"""

    def __init__(self, service: AccountService) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response) -> None:
        request = await read_json(req, _REFRESH)
        signed_in = await self._service.refresh(request.refresh_token)
        reply(resp, SessionReply.of(signed_in), 201, location=_CURRENT)


class CurrentSessionResource:
    """`/sessions/current`"""

    def __init__(self, service: AccountService, guard: AccountGuard) -> None:
        self._service = service
        self._guard = guard

    async def on_delete(self, req: Request, resp: Response) -> None:
        await self._service.sign_out(self._guard.signed_in(req))
        no_content(resp)


def routes(service: AccountService, guard: AccountGuard, *, proxies: int = 0) -> list[Route]:
    """The paths of accounts. `proxies`: how many of our own stand between a client and us."""
    sign_up = Operation(
        "Sign up",
        {201: UserReply},
        request=SignUp,
        errors=(e.EmailTaken, e.InvalidRequest, e.Overloaded, e.Unavailable),
        location=True,
    )
    sign_in = Operation(
        "Sign in",
        {201: SessionReply},
        request=SignIn,
        errors=(e.BadCredentials, e.InvalidRequest, e.TooManyAttempts, e.Overloaded, e.Unavailable),
        location=True,
    )
    refresh = Operation(
        "Exchange the refresh token for new tokens",
        {201: SessionReply},
        request=Refresh,
        errors=(e.Unauthorized, e.InvalidRequest, e.Unavailable),
        location=True,
    )
    me = Operation("Who am I", {200: UserReply}, signed_in=True, errors=(e.NotFound, e.Unavailable))
    sign_out = Operation(
        "Sign out: every token of this session ends", {204: None}, signed_in=True, errors=(e.Unavailable,)
    )
    listed = Operation("One's own sessions", {200: LiveSessions}, signed_in=True, errors=(e.Unavailable,))
    everywhere = Operation(
        "Sign out everywhere: every session of the account ends", {204: None}, signed_in=True, errors=(e.Unavailable,)
    )
    end = Operation(
        "Sign out one of one's own sessions", {204: None}, signed_in=True, errors=(e.NotFound, e.Unavailable)
    )
    sessions = SessionsResource(service, guard, proxies)
    tag = "Accounts"
    return [
        Route("/api/v1/users", UsersResource(service), {"POST": sign_up}, tag=tag),
        Route(_ME, MeResource(service, guard), {"GET": me}, tag=tag),
        Route("/api/v1/sessions", sessions, {"POST": sign_in, "GET": listed, "DELETE": everywhere}, tag=tag),
        Route("/api/v1/sessions/refresh", RefreshResource(service), {"POST": refresh}, tag=tag),
        Route(_CURRENT, CurrentSessionResource(service, guard), {"DELETE": sign_out}, tag=tag),
        Route("/api/v1/sessions/{session_id}", sessions, {"DELETE": end}, tag=tag, suffix="one"),
    ]
