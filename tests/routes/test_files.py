"""/files/{id}: the download itself."""

from models import FilePurpose, Role
from services import files
from services.access.permissions import Permission
from services.work import writing
from tests.client import Client


def test_a_file_comes_as_an_attachment_under_its_own_name(client: Client) -> None:
    actor = client.sign_in(Role.MANAGER)
    with writing(actor) as session:
        info = files.save(
            session,
            actor,
            FilePurpose.EXPORT,
            "Юр. лица «2024».csv",
            b"a;b",
            "text/csv; charset=utf-8",
            Permission.BASE_EXPORT,
        )
    answer = client.get(f"/files/{info.id}")
    assert (answer.status_code, answer.content) == (200, b"a;b")
    expected = "attachment; filename*=utf-8''%D0%AE%D1%80.%20%D0%BB%D0%B8%D1%86%D0%B0%20%C2%AB2024%C2%BB.csv"
    assert answer.headers["content-disposition"] == expected
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_another_account_gets_the_same_404_as_for_nothing(client: Client) -> None:
    actor = client.sign_in(Role.MANAGER)
    with writing(actor) as session:
        info = files.save(session, actor, FilePurpose.EXPORT, "a.csv", b"a", "text/csv", Permission.BASE_EXPORT)
    client.sign_in(Role.ADMINISTRATOR)
    refused, missing = client.get(f"/files/{info.id}"), client.get(f"/files/{'0' * 32}")
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert refused.text == missing.text
    assert files.MISSING in refused.text
