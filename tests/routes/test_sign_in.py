"""/setup, /login, /login/code, /logout."""

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from httpx import Response
from sqlmodel import select

from models import Account, AuditEvent, Role
from services import clock
from services.access import accounts, second_factor, setup_code
from services.access.permissions import SYSTEM, Actor
from services.settings import settings
from services.work import reading, writing
from tests.builders import PASSWORD, actor_of, create_account
from tests.client import Client

GOOD = "три зелёных слона"
SETUP = {"login": "boss", "name": "Анна Первая", "password": GOOD, "again": GOOD}
WRONG = "Неверный логин или пароль."


@pytest.fixture
def member(database: str) -> Actor:
    with writing(SYSTEM) as session:
        return actor_of(create_account(session, Role.MEMBER, "member"))


@pytest.fixture
def secret(member: Actor) -> str:
    with writing(member) as session:
        secret = second_factor.begin(session, member).secret
        earlier = clock.now() - dt.timedelta(seconds=30)
        second_factor.confirm(session, member, "", secret, pyotp.TOTP(secret).at(earlier))
    return secret


@pytest.fixture
def public_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PUBLIC_URL", "https://lk.example.ru")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def sign_in(client: Client, login: str = "member", password: str = PASSWORD, target: str = "/") -> Any:
    return client.post("/login", data={"login": login, "password": password, "next": target})


def error_of(answer: Response) -> str:
    return answer.text.partition('id="error">')[2].partition("</p>")[0]


def test_without_any_account_everything_leads_to_the_set_up(client: Client) -> None:
    assert client.get("/").headers["location"] == "/login"
    assert client.get("/login").headers["location"] == "/setup"
    assert client.get("/setup").status_code == 200


def test_the_first_administrator_and_nobody_after(client: Client) -> None:
    answer = client.post("/setup", data=SETUP)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert client.get("/setup").status_code == 404
    assert client.post("/setup", data=SETUP | {"login": "other"}).status_code == 404
    with reading() as session:
        assert session.exec(select(Account.login, Account.role)).all() == [("boss", "administrator")]
    assert sign_in(client, "boss", GOOD).headers["location"] == "/"
    assert client.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"again": "другое"}, "Пароли не совпадают."),
        (
            {"password": "коротко", "again": "коротко"},
            "Пароль слишком короткий: нужно не меньше 12 знаков, а введено 7.",
        ),
        ({"login": "анна"}, "Логин — латинские буквы, цифры, «-» и «_», до 20 знаков, или адрес электронной почты."),
        ({"name": ""}, "Укажите имя, как оно будет видно другим."),
    ],
)
def test_set_up_says_what_is_wrong_and_keeps_what_was_typed(client: Client, change: dict[str, str], error: str) -> None:
    answer = client.post("/setup", data=SETUP | {"name": 'A"<b>'} | change)
    assert (answer.status_code, error_of(answer)) == (400, error)
    assert "<b>" not in answer.text
    assert GOOD not in answer.text
    assert client.get("/setup").status_code == 200


def test_a_server_reachable_from_outside_asks_for_the_code_of_its_log(client: Client, tmp_path: Path) -> None:
    forwarded = {"x-forwarded-for": "203.0.113.5"}
    assert "Код первой настройки" in client.get("/setup", headers=forwarded).text
    assert "Код первой настройки" not in client.get("/setup").text
    code = setup_code.announce()
    assert stat.S_IMODE((tmp_path / "setup-code").stat().st_mode) == 0o600
    for wrong in ("", "0000-0000-0000-0000", code[:-1]):
        answer = client.post("/setup", data=SETUP | {"code": wrong}, headers=forwarded)
        assert answer.status_code == 403
    assert client.post("/setup", data=SETUP | {"code": f" {code.lower()} "}, headers=forwarded).status_code == 303
    assert not (tmp_path / "setup-code").exists()


def test_the_code_cannot_be_guessed_for_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN_ATTEMPTS_PER_ADDRESS", "2")
    settings.cache_clear()
    forwarded = {"x-forwarded-for": "203.0.113.5"}
    code = setup_code.announce()
    for wrong in ("1", "2"):
        client.post("/setup", data=SETUP | {"code": wrong}, headers=forwarded)
    assert client.post("/setup", data=SETUP | {"code": code}, headers=forwarded).status_code == 403


def test_login_and_logout(client: Client, member: Actor) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    token = client.cookies["session"]
    assert cookie.partition(";")[2].lower().split(",")[0] == " httponly; path=/; samesite=lax"
    assert client.get("/").status_code == 200
    assert client.get("/login", headers={"accept": "text/html"}).headers["location"] == "/"
    assert client.post("/logout").headers["location"] == "/login"
    assert "session" not in client.cookies
    client.cookies.set("session", token)
    assert client.get("/").status_code == 303, "the old cookie opens nothing"
    with reading() as session:
        events = [(e.account_id, e.action) for e in session.exec(select(AuditEvent))]
    assert events == [(member.account_id, "signed_in"), (member.account_id, "signed_out")]


def test_each_sign_in_has_a_new_session_and_ends_the_one_before(client: Client, member: Actor) -> None:
    client.cookies.set("session", "chosen-by-somebody-else", "127.0.0.1")
    sign_in(client)
    first = client.cookies["session"]
    sign_in(client)
    assert len({first, client.cookies["session"], "chosen-by-somebody-else"}) == 3
    client.cookies.clear()
    client.cookies.set("session", first)
    assert client.get("/").status_code == 303


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(client: Client, member: Actor) -> None:
    typed = (("member", "не тот пароль"), ("nobody", PASSWORD), ("member", "x" * 1001), ("member", "я" * 40))
    pages = {sign_in(client, login, password).text.replace(login, "…") for login, password in typed}
    assert len(pages) == 1
    assert error_of(sign_in(client, "member", "не тот")) == WRONG


def test_too_many_attempts(client: Client, member: Actor) -> None:
    statuses = [sign_in(client, password="не тот").status_code for _ in range(settings().login_attempts + 1)]
    assert statuses == [401] * settings().login_attempts + [429]
    answer = sign_in(client)
    assert answer.status_code == 429
    assert error_of(answer) == "Слишком много неудачных попыток. Подождите 15 мин. и попробуйте снова."


def test_a_forged_address_does_not_help(client: Client, member: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN_ATTEMPTS_PER_ADDRESS", "2")
    settings.cache_clear()

    def attempt(number: int, forwarded: str) -> Any:
        data = {"login": f"user{number}", "password": "x"}
        return client.post("/login", data=data, headers={"x-forwarded-for": forwarded}).status_code

    assert [attempt(number, f"203.0.113.{number}") for number in range(3)] == [401, 401, 429]
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")
    settings.cache_clear()
    # The nearest address that is no proxy counts; what the client wrote before it does not.
    assert [attempt(number, f"203.0.113.{number}, 198.51.100.1, 10.1.2.3") for number in range(3)] == [401, 401, 429]
    assert attempt(7, "198.51.100.2") == 401


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example",
     "evil.example",      "javascript:alert(1)", "///evil.example", "/login", "/logout", "/api/tables", "",
     "/\x85/evil", "\\/evil.example"],
)  # fmt: skip
def test_next_leads_nowhere_else(client: Client, member: Actor, target: str) -> None:
    assert sign_in(client, target=target).headers["location"] == "/"
    client.post("/logout")
    assert 'name="next" value="/"' in client.get("/login", params={"next": target}).text


def test_next_leads_back(client: Client, member: Actor) -> None:
    assert sign_in(client, target="/people?q=%D0%90#x").headers["location"] == "/people?q=%D0%90#x"


@pytest.mark.parametrize("body", [b"", b"login=member", b"x" * 20000, b"login=%00&password=%00", b"a=1&" * 100])
def test_odd_forms(client: Client, member: Actor, body: bytes) -> None:
    answer = client.post("/login", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in {400, 401}


def test_files_are_no_forms(client: Client, member: Actor) -> None:
    answer = client.post("/login", data={"login": "member"}, files={"password": ("p", PASSWORD)})
    assert answer.status_code == 401


def test_deactivation_and_a_new_password_end_the_session(client: Client, member: Actor) -> None:
    assert member.account_id is not None
    sign_in(client)
    with writing(SYSTEM) as session:
        accounts.set_password(session, SYSTEM, member.account_id, GOOD)
    assert client.get("/").status_code == 303
    sign_in(client, password=GOOD)
    assert client.get("/").status_code == 200
    with writing(SYSTEM) as session:
        accounts.deactivate(session, SYSTEM, member.account_id)
    assert client.get("/").status_code == 303
    assert error_of(sign_in(client, password=GOOD)) == WRONG


def test_the_second_step(client: Client, secret: str) -> None:
    answer = sign_in(client, target="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/code?next=/account")
    assert "session" not in client.cookies
    assert client.get("/").status_code == 303
    assert client.get("/login/code").status_code == 200
    assert error_of(client.post("/login/code", data={"code": "000000"})).startswith("Код не подошёл.")
    code = pyotp.TOTP(secret).at(clock.now())
    entered = client.post("/login/code", data={"code": code, "next": "/account"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/account")
    assert "pending" not in client.cookies
    assert client.get("/").status_code == 200
    client.post("/logout")
    sign_in(client)
    assert client.post("/login/code", data={"code": code}).status_code == 401, "replayed"


def test_the_second_step_without_the_first(client: Client, secret: str) -> None:
    for cookie in ("", "1.9999999999." + "0" * 64, "ё"):
        client.cookies.clear()
        if cookie.isascii() and cookie:
            client.cookies.set("pending", cookie)
        assert client.get("/login/code").headers["location"] == "/login"
        answer = client.post("/login/code", data={"code": pyotp.TOTP(secret).at(clock.now())})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert "session" not in client.cookies


def test_codes_cannot_be_guessed_for_long(client: Client, secret: str) -> None:
    sign_in(client)
    statuses = [client.post("/login/code", data={"code": "000000"}).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert client.post("/login/code", data={"code": pyotp.TOTP(secret).at(clock.now())}).status_code == 429


def test_over_https_the_cookie_is_tied_to_the_host(client: Client, member: Actor, public_url: None) -> None:
    answer = client.post(
        "/login", data={"login": "member", "password": PASSWORD}, headers={"origin": "https://lk.example.ru"}
    )
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-session="))
    assert [part.strip().lower() for part in cookie.split(";")[1:]] == ["httponly", "path=/", "samesite=lax", "secure"]


@pytest.mark.parametrize("path", ["/login", "/setup"])
def test_the_pages_run_no_script(client: Client, path: str) -> None:
    if path == "/login":
        with writing(SYSTEM) as session:
            create_account(session, Role.ADMINISTRATOR, "boss")
    page = client.get(path).text
    assert "<script" not in page
    assert '<html lang="ru">' in page
    assert page.count("<label") == page.count(' id="') - page.count('id="error"') - page.count('-hint"') // 2
