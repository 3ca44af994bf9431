"""README says what is true."""

from tests.readme import README, with_table


def test_every_setting_is_documented() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_table(text) == text, "run `make settings`"
