"""Access control: the right host name, the right page, the right token."""

import base64
import binascii
import contextlib
import hmac
import ipaddress
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse

from inpaint_tf.web.failures import refusal

_READING = ("GET", "HEAD")
_OPEN = ("/health",)  # says nothing but that the server runs
_COOKIE = "inpaint_tf_token"
_A_MONTH = 30 * 24 * 3600


class AccessControl:
    """ASGI middleware that passes on only the requests that the settings allow.

    A page of another site can send forms to any address that a browser can reach, its name may
    suddenly point to 127.0.0.1 (DNS rebinding), and anybody on the network can try. So the name in
    `Host` must be one of ours, `Origin` must be the page's own, and a token is required if one is
    set.

    Args:
        app: the ASGI application.
        settings: a `Settings`.
    """

    def __init__(self, app, settings):
        self.app = app
        self.settings = settings

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = (
            self._wrong_host(scope, headers)
            or self._wrong_origin(scope, headers)
            or self._no_token(scope, headers)
        )
        await (answer or self.app)(scope, receive, send)

    def _wrong_host(self, scope, headers):
        name = _host_name(headers.get("host", ""))
        if _is_address(name) or name == "localhost" or name in self.settings.hosts:
            return None
        sentence = f"the server is not called {name[:80]!r}; --allow_host gives it that name."
        return refusal(421, sentence, scope["path"])

    def _wrong_origin(self, scope, headers):
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if scope["method"] in _READING or origin in self.settings.origins:
            return None
        if origin is None and site in (None, "same-origin", "none"):
            return None  # no browser, or the page itself
        if origin is not None and _host_of(origin) == headers.get("host"):
            return None
        sentence = "pages of other sites may not ask; --allow_origin names one that may."
        return refusal(403, sentence, scope["path"])

    def _no_token(self, scope, headers):
        token = self.settings.token
        if token is None or scope["path"] in _OPEN:
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if any(name == "token" and _same(value, token) for name, value in query):
            return _with_cookie(scope, query, token) if scope["method"] in _READING else None
        if any(_same(given, token) for given in _tokens(headers)):
            return None
        sentence = "a token is needed, as Bearer, as the password of Basic, or as ?token= once."
        challenge = {"WWW-Authenticate": 'Basic realm="inpaint_tf", charset="UTF-8"'}
        return refusal(401, sentence, scope["path"], challenge)


def _host_name(host):
    """The name in a Host header: without the port, in lower case, IPv6 without brackets."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name):
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host_of(origin):
    """Host and port of an origin, as in a Host header; None if it is not an origin."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _tokens(headers):
    """The texts of a request that may be the token."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield value.strip()
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, ValueError):
            yield base64.b64decode(value, validate=True).decode().partition(":")[2]
    cookie = cookie_parser(headers.get("cookie", "")).get(_COOKIE)
    if cookie:
        yield cookie


def _same(given, token):
    return hmac.compare_digest(given.encode(), quote(token, safe="").encode()) or (
        hmac.compare_digest(given.encode(), token.encode())
    )


def _with_cookie(scope, query, token):
    """A redirect to the same address without the token, which the browser keeps as a cookie."""
    rest = urlencode([(name, value) for name, value in query if name != "token"])
    address = "/" + scope["path"].lstrip("/") + (f"?{rest}" if rest else "")
    answer = RedirectResponse(address, 303)
    secure = scope.get("scheme") == "https"
    answer.set_cookie(
        _COOKIE, quote(token, safe=""), _A_MONTH, httponly=True, samesite="lax", secure=secure
    )
    return answer
