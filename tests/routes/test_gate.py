"""The gate before everything: who gets in, from where, with which headers."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from models import AuditEvent, LoginSession, Role
from pages.api.headers import cache_policy
from services import clock
from services.access import accounts, sessions
from services.access.permissions import OFFICE_ROLES, PERMISSIONS, SYSTEM, Permission
from services.settings import settings
from services.work import reading, writing
from tests.builders import create_account
from tests.client import ORIGIN, Client

ENDED = {"error": "Сеанс завершён. Войдите снова."}
STREAM = "/_stcore/stream"
SOCKET = ORIGIN.replace("http", "ws") + STREAM  # the test client calls itself «testserver» otherwise
PAGE = {"accept": "text/html"}
CLOSED = ("/", "/people", "/account", "/api/tables/people/rows", "/files/x", "/media/x", "/static/js/index.js", STREAM,
          "/component/st_aggrid.AgGrid.agGrid/index.html", "/_stcore/health", "/_stcore/host-config",
          "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/openapi.json", "/login/", "/login/../people",
          "//login", "/health/", "/setup/x", "/app.py", "/.streamlit/config.toml", "/%2e%2e/app.py",
          "/LOGIN")  # fmt: skip


@pytest.fixture
def office(client: Client) -> Client:
    client.sign_in(Role.MANAGER)
    return client


@pytest.fixture
def set_up(database: str) -> None:
    with writing(SYSTEM) as session:
        create_account(session, Role.ADMINISTRATOR, "boss")


@pytest.fixture
def with_setting(monkeypatch: pytest.MonkeyPatch) -> Iterator["Setter"]:
    yield Setter(monkeypatch)
    monkeypatch.undo()
    settings.cache_clear()


class Setter:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, name: str, value: str) -> None:
        self._monkeypatch.setenv(name, value)
        settings.cache_clear()


def rerun(page: str = "/people", query: str = "q=1") -> Any:
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.context_info.url = ORIGIN + page
    return message.SerializeToString()


def redirect_of(data: bytes) -> str:
    message = ForwardMsg()
    message.ParseFromString(data)
    return message.auth_redirect.url


@pytest.mark.parametrize("path", CLOSED)
def test_a_visitor_reaches_nothing(client: Client, set_up: None, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
        answer = client.request(method, path)
        assert answer.status_code in {303, 401, 400}, (method, answer.status_code)
        assert method == "HEAD" or answer.status_code == 303 or answer.json() == ENDED
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/login", "/health", "/sign-in.css", "/favicon.png"])
def test_what_a_visitor_does_reach(client: Client, set_up: None, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/", "/login"),
        ("/people?q=%D0%90&x=1", "/login?next=/people%3Fq%3D%25D0%2590%26x%3D1"),
        ("/files/7", "/login"),
    ],
)
def test_people_are_led_to_the_sign_in_and_back(client: Client, set_up: None, path: str, location: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, location)


def test_a_session_ended_a_moment_ago_is_refused(office: Client) -> None:
    assert office.get("/people").status_code == 200
    with reading() as session:
        held = session.exec(select(LoginSession)).one()
    with writing(SYSTEM) as session:
        accounts.deactivate(session, SYSTEM, held.account_id)
    assert office.get("/api/tables/people/rows").json() == ENDED
    assert office.get("/people", headers=PAGE).status_code == 303
    assert office.get("/static/js/index.js").status_code == 401


def test_an_idle_session_is_refused_and_work_keeps_it(office: Client) -> None:
    now = clock.now()
    for minutes in range(0, 100, 20):
        with clock.stopped_at(now + dt.timedelta(minutes=minutes)):
            assert office.get("/account").status_code == 200
            with reading() as session:  # written beside the request
                held = session.exec(select(LoginSession)).one()
            with writing(SYSTEM) as session:
                sessions.touch(session.connection(), held.id_hash)
    with clock.stopped_at(now + dt.timedelta(minutes=80 + 31)):
        assert office.get("/account").status_code == 303


@pytest.mark.parametrize(
    "path", ["/logout", "/login", "/setup", "/api/tables/people/layout", "/_stcore/upload_file/a/b"]
)
@pytest.mark.parametrize(
    "origin",
    ["", "null", "https://evil.example", "http://127.0.0.1:8502", "https://127.0.0.1:8501", "http://127.0.0.1",
     "http://127.0.0.1:8501.evil.example", "http://127.0.0.1:8501@evil.example", "http://evil.example:8501", "x"],
)  # fmt: skip
def test_other_sites_cannot_write(office: Client, path: str, origin: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = office.request(method, path, headers={"origin": origin})
        assert answer.status_code == 403
        assert "другого адреса" in answer.text
    assert office.get("/account").status_code == 200


def test_a_bent_name_is_no_own_host(office: Client) -> None:
    bent = {"host": "evil.example:8501", "origin": "http://evil.example:8501"}
    assert office.post("/logout", headers=bent).status_code == 403


def test_which_hosts_are_own(office: Client, with_setting: Setter) -> None:
    def allowed(origin: str, host: str) -> Any:
        return office.put("/nowhere", headers={"origin": origin, "host": host}).status_code != 403

    assert allowed("http://localhost:8501", "localhost:8501")
    assert allowed("http://[::1]:8501", "[::1]:8501")
    assert not allowed("http://10.0.0.5:8501", "10.0.0.5:8501")
    with_setting("HOST", "0.0.0.0")
    assert allowed("http://10.0.0.5:8501", "10.0.0.5:8501")
    assert not allowed("http://server:8501", "server:8501")
    with_setting("PUBLIC_URL", "http://lk.example.ru")
    assert allowed("http://lk.example.ru", "127.0.0.1:8501")
    assert not allowed("https://lk.example.ru", "127.0.0.1:8501")
    assert not allowed("http://lk.example.ru.evil.example", "lk.example.ru.evil.example")


@pytest.mark.parametrize("origin", ["", "https://evil.example", "http://127.0.0.1:8502"])
def test_other_sites_get_no_websocket(office: Client, origin: str) -> None:
    with pytest.raises(WebSocketDisconnect) as caught, office.websocket_connect(SOCKET, headers={"origin": origin}):
        pass
    assert caught.value.code == 1008


def test_a_visitor_gets_no_websocket(client: Client, set_up: None) -> None:
    with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect(SOCKET, subprotocols=["streamlit"]):
        pass
    assert caught.value.code == 1008


def test_a_page_whose_session_ended_is_sent_to_the_sign_in_when_it_reconnects(client: Client, set_up: None) -> None:
    client.cookies.set("session", "ended")
    assert [client.get(f"/_stcore/{ping}").status_code for ping in ("health", "host-config", "metrics")] == [
        200,
        200,
        401,
    ]
    with client.websocket_connect(SOCKET, subprotocols=["streamlit"]) as socket:
        assert redirect_of(socket.receive_bytes()) == "/login"
        with pytest.raises(WebSocketDisconnect):
            socket.receive_bytes()


def test_every_message_is_asked_for(office: Client) -> None:
    with office.websocket_connect(SOCKET, subprotocols=["streamlit"]) as socket:
        socket.send_bytes(rerun())
        assert redirect_of(socket.receive_bytes()) == ""
        with reading() as session:
            held = session.exec(select(LoginSession)).one()
        with writing(SYSTEM) as session:
            accounts.change_role(session, SYSTEM, held.account_id, Role.ACCOUNTANT)
        socket.send_bytes(rerun("/people", "q=1&page=2"))
        received = []
        with pytest.raises(WebSocketDisconnect):
            while True:
                received.append(redirect_of(socket.receive_bytes()))
    assert [url for url in received if url] == ["/login?next=/people%3Fq%3D1%26page%3D2"]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", ["/api/tables/people/rows", "/api/nowhere", "/files/x"])
def test_office_routes_are_for_the_office(client: Client, role: Role, path: str) -> None:
    actor = client.sign_in(role)
    answer = client.get(path)
    assert (answer.status_code == 403) == (role not in OFFICE_ROLES)
    if role not in OFFICE_ROLES:
        assert answer.json() == {"error": "Недостаточно прав для этого действия."}
        with reading() as session:
            events = [(e.account_id, e.action, e.subject) for e in session.exec(select(AuditEvent))]
        assert events == [(actor.account_id, "refused", path)]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("path", "permission"),
    [("/_stcore/upload_file/a/b", Permission.BASE_IMPORT), ("/_stcore/metrics", Permission.ACCOUNTS_MANAGE)],
)
def test_streamlits_own_routes_are_for_those_who_need_them(
    client: Client, role: Role, path: str, permission: Permission
) -> None:
    """Streamlit keeps every upload in memory, whether or not the page has an uploader."""
    client.sign_in(role)
    answer = client.put(path, content=b"x") if "upload" in path else client.get(path)
    refused = "Недостаточно прав" in answer.text
    assert refused == (permission not in PERMISSIONS[role])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/nowhere", 404), ("GET", "/files/", 404), ("PUT", "/api/tables/people/rows", 405)],
)
def test_what_our_routes_do_not_have_is_no_failure(office: Client, method: str, path: str, status: int) -> None:
    assert office.request(method, path).status_code == status


def test_staff_who_must_enrol_reach_the_page_only(client: Client, with_setting: Setter) -> None:
    with_setting("TOTP_REQUIRED_FOR_OFFICE", "true")
    client.sign_in(Role.DIRECTOR)
    assert client.get("/").status_code == 200
    assert client.get("/api/tables/people/rows").status_code == 403
    client.sign_in(Role.MEMBER)
    assert client.get("/").status_code == 200


def test_nobody_says_who_they_are(client: Client, set_up: None) -> None:
    assert client.get("/people", headers={"x-product-account": "1"}).status_code == 303
    assert client.get("/api/tables/people/rows", headers={"X-Product-Account": "1"}).status_code == 401


APP_CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
GRID_CSP = APP_CSP.replace("'wasm-unsafe-eval' 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='", "'unsafe-eval'")
FORM_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
YEAR, DAY = "public, max-age=31536000, immutable", "public, max-age=86400"
GRID = "/component/st_aggrid.AgGrid.agGrid"


@pytest.mark.parametrize(
    ("path", "policy", "cache"),
    [
        ("/", APP_CSP, "no-store"),
        ("/people", APP_CSP, "no-store"),
        ("/login", FORM_CSP, "no-store"),
        ("/health", APP_CSP, "no-store"),
        ("/sign-in.css", APP_CSP, DAY),
        ("/favicon.png", APP_CSP, DAY),
        ("/api/tables/people/rows", APP_CSP, "no-store"),
        ("/_stcore/health", APP_CSP, "no-store"),
        ("/static/no/such/file.js", APP_CSP, "no-store"),
        (f"{GRID}/index.html", GRID_CSP, "no-store"),
        ("/component/other/index.html", APP_CSP, "no-store"),
    ],
)
def test_headers(office: Client, path: str, policy: str, cache: str) -> None:
    if path == "/login":
        office.sign_out()
    given = office.get(path).headers
    assert given["content-security-policy"] == policy
    assert given["cache-control"] == cache
    assert given["x-content-type-options"] == "nosniff"
    assert given["x-frame-options"] == "SAMEORIGIN"
    assert given["referrer-policy"] == "same-origin"
    assert given["permissions-policy"] == "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    assert not {"server", "strict-transport-security", "access-control-allow-origin"} & set(given)


def test_hashed_files_are_kept_for_a_year(office: Client) -> None:
    page = office.get("/").text
    script = page.partition('src="./')[2].partition('"')[0]
    answer = office.get(f"/{script}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, YEAR)


@pytest.mark.parametrize(
    ("path", "status", "kind", "cache"),
    [
        (f"{GRID}/bootstrap.min.css", 200, "text/css", YEAR),
        (f"{GRID}/static/js/main.f4bb7ae6.js", 200, "text/javascript", YEAR),
        (f"{GRID}/static/js/main.f4bb7ae6.js", 304, "", YEAR),
        (f"{GRID}/nothing.js", 404, "text/plain", "no-store"),
        (f"{GRID}/index.html", 200, "text/html", "no-store"),
        ("/media/photo.png", 200, "image/png", "no-store"),
        ("/files/static/x", 200, "text/csv", "no-store"),
    ],
)
def test_what_a_browser_may_keep(path: str, status: int, kind: str, cache: str) -> None:
    assert cache_policy(path, status, kind).decode() == cache


def test_https(office: Client, with_setting: Setter) -> None:
    with_setting("PUBLIC_URL", "https://lk.example.ru")
    assert office.get("/health").headers["strict-transport-security"] == "max-age=31536000"
    assert office.get("/account").status_code == 303, "the cookie of http has another name"


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("path", "size"), [("/logout", 1024 * 1024), ("/_stcore/upload_file/a/b", 21 * 1024 * 1024)])
def test_bodies_are_limited(office: Client, path: str, size: int, declared: bool) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(0, size + 1024, 65536):
            yield b"x" * 65536

    method = "POST" if path == "/logout" else "PUT"
    answer = office.request(method, path, content=b"x" * (size + 1) if declared else chunks())
    # A route that never reads what was not declared cannot be filled by it either.
    assert answer.status_code in ({413} if declared else {413, 303, 403})


def test_a_failure_inside_says_nothing(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("секретная подробность")

    monkeypatch.setattr(sessions, "resolve", broken)
    answer = office.get("/api/tables/people/rows")
    assert answer.status_code == 500
    assert "секретная" not in answer.text
    assert answer.headers["content-security-policy"] == APP_CSP


@pytest.mark.parametrize("path", ["/nosuch", "/people/1", "/segment-x", "/index.html", "/people.php"])
def test_an_address_that_is_no_page_is_said_to_be_none(office: Client, path: str) -> None:
    answer = office.get(path, headers=PAGE)
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text


def test_members_are_not_led_to_segments(client: Client) -> None:
    client.sign_in(Role.MEMBER)
    assert client.get("/segment-7", headers=PAGE).status_code == 404


@pytest.mark.parametrize("path", ["/", "/people", "/person?id=1", "/segment-7", "/account", "/accounts"])
def test_an_address_of_a_page_is_left_to_it(office: Client, path: str) -> None:
    assert office.get(path, headers=PAGE).status_code == 200


@pytest.mark.parametrize(("role", "path"), [(Role.MANAGER, "/home"), (Role.MEMBER, "/notices")])
def test_the_first_page_of_a_role_has_one_address(client: Client, role: Role, path: str) -> None:
    client.sign_in(role)
    answer = client.get(f"{path}?tab=x", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?tab=x")
