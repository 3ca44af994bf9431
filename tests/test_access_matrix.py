"""Every page, route and service × every role. A new route or page fails here until somebody says who may have it."""

import re
from typing import Any

import pytest
from starlette.routing import Route

from models import Role
from pages.api import routes
from pages.ui import navigation
from services.access.permissions import PERMISSIONS, Actor
from tests.architecture.test_rules import WITHOUT_PERMISSION, public_services
from tests.client import Client

ADMINISTRATOR, DIRECTOR, MANAGER, ACCOUNTANT = Role.ADMINISTRATOR, Role.DIRECTOR, Role.MANAGER, Role.ACCOUNTANT
OFFICE = {ADMINISTRATOR, DIRECTOR, MANAGER, ACCOUNTANT}
EVERYBODY = set(Role)
VISITOR = "a visitor"

ROUTES: dict[tuple[str, str], set[Role]] = {
    ("GET", "/api/tables/{name}/rows"): OFFICE,
    ("PUT", "/api/tables/{name}/rows/{id}"): {ADMINISTRATOR, DIRECTOR, MANAGER},
    ("GET", "/api/tables/{name}/count"): OFFICE,
    ("PUT", "/api/tables/{name}/layout"): OFFICE,
    ("DELETE", "/api/tables/{name}/layout"): OFFICE,
    ("POST", "/api/tables/{name}/export"): OFFICE,
    ("GET", "/api/tables/{name}/related"): OFFICE,
    ("GET", "/api/events"): OFFICE,
    ("GET", "/api/tables/{name}/template"): {ADMINISTRATOR, DIRECTOR, MANAGER},
    ("GET", "/files/{id}"): OFFICE,
    ("GET", "/files/{kind}/{id}/all.zip"): OFFICE,
}
PUBLIC = {"/login", "/setup", "/logout", "/health", "/sign-in.css", "/favicon.png", "/answer/", "/unsubscribe/"}
"""Sign-in, what watches the machine, personal links of messages; each has tests of its own."""

PAGES: dict[str, set[Role]] = {
    "home": OFFICE,
    "people": OFFICE,
    "companies": OFFICE,
    "members": OFFICE,
    "committees": OFFICE,
    "chairs": OFFICE,
    "speakers": OFFICE,
    "events": OFFICE,
    "courses": OFFICE,
    "invitations": OFFICE,
    "venues": OFFICE,
    "calendar": OFFICE,
    "segments": OFFICE,
    "person": OFFICE,
    "company": OFFICE,
    "event": OFFICE,
    "venue": OFFICE,
    "committee": OFFICE,
    "member": OFFICE,
    "mailings": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "mailing": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "templates": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "template": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "reminders": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "imports": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "duplicates": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "mass_changes": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "committee_list": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "membership_rules": {ADMINISTRATOR, DIRECTOR},
    "purposes": {ADMINISTRATOR, DIRECTOR},
    "document_types": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "notices": {Role.MEMBER, Role.CANDIDATE},
    "scheduler": {ADMINISTRATOR, DIRECTOR, MANAGER},
    "accounts": {ADMINISTRATOR},
    "account": EVERYBODY,
}


def listed_routes() -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in routes()
        if isinstance(route, Route) and not any(route.path.startswith(path) for path in PUBLIC)
        for method in (route.methods or set()) - {"HEAD"}
    }


def test_every_route_is_in_the_matrix() -> None:
    assert listed_routes() == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("who", [VISITOR, *Role])
def test_a_route_answers_whom_it_should(client: Client, method: str, path: str, who: Any) -> None:
    if who != VISITOR:
        client.sign_in(who)
    address = path.replace("{name}", "people").replace("{id}", "0" * 32)
    status = client.request(method, address, json=None if method == "GET" else {}).status_code
    if who == VISITOR:
        assert status == 401
    elif who in ROUTES[method, path]:
        assert status == (404 if "{id}" in path else 200)
    else:
        assert status == 403


def test_every_page_is_in_the_matrix_and_the_menu_follows_it() -> None:
    assert {entry.path for entry in navigation.ENTRIES} == set(PAGES)
    for role in Role:
        menu = {entry.path for entry in navigation.permitted(Actor(1, role.value, PERMISSIONS[role], role))}
        assert menu == {path for path, allowed in PAGES.items() if role in allowed}


def test_every_service_refuses_every_role_without_its_permission() -> None:
    """Refused before it does anything: it gets no session to do it with."""
    asked = 0
    for name, function in public_services():
        if name in WITHOUT_PERMISSION:
            continue
        needed = function.permission  # type: ignore[attr-defined]
        for role in (role for role in Role if needed not in PERMISSIONS[role]):
            with pytest.raises(Exception, match=re.escape("Недостаточно прав для этого действия.")):
                function(None, Actor(1, role.value, PERMISSIONS[role], role))  # type: ignore[operator]
            asked += 1
    assert asked > 50
