"""The fixture `client` is the real application, gate included."""

import pytest

from models import Role
from tests.client import Client


def test_a_visitor_is_led_to_the_sign_in(client: Client) -> None:
    assert client.get("/health").status_code == 200
    answer = client.get("/", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login")


@pytest.mark.parametrize("role", Role)
def test_whoever_signs_in_gets_in(client: Client, role: Role) -> None:
    actor = client.sign_in(role)
    assert actor.role == role
    assert client.get("/").status_code == 200
    client.sign_out()
    assert client.get("/").status_code == 303
