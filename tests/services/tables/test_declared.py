"""The tables have exactly the columns, groups and headings of the specification."""

import pytest

from models import Role
from services.access.permissions import PERMISSIONS, Actor, Permission
from services.tables.registry import TABLES

MAIN, MEMBERSHIP, CONTRACT, RECEIPTS = "Основные данные", "Членство", "Договор", "Даты поступления документов"
RECEIVED = "договор, заявление, анкета, мотивационное письмо, согласие на обраб. ПД, фото, копия паспорта"

WANTED: dict[str, list[tuple[str, str]]] = {
    "people": [
        (
            MAIN,
            "ФИО, Дата рождения, Место работы, Должность, Регалии, Телефон, Эл. почта, Паспортные данные, ИНН, Регион,"
            " Кто привёл / Источник",
        ),
        (MEMBERSHIP, "Членство, Потенциал"),
        (CONTRACT, "Договор №, Дата договора"),
    ],
    "companies": [
        (
            MAIN,
            "Название компании, Направление, Сайт, Директор, Контактное лицо, Телефон, Эл. почта, ИНН, ОГРН,"
            " Юридический адрес, Фактический адрес, Кто привёл / Источник",
        ),
        (MEMBERSHIP, "Членство, Потенциал"),
        (CONTRACT, "Договор №, Дата договора"),
        (RECEIPTS, f"{RECEIVED}, уведомление"),
    ],
    "members": [
        (
            "",
            "Наименование, Статус, Контактное лицо, Телефон, Эл. почта, Договор, Дата договора, ОГРН / ИНН,"
            " Юридический адрес, Фактический адрес",
        ),
        (RECEIPTS, RECEIVED),
        ("", "Сумма годового взноса, Дата оплаты, Дата окончания договора, От кого, Комментарий"),
    ],
    "committees": [
        (
            "",
            "ФИО, Компания, Должность в компании, Позиция в комитете, E-mail, Телефон, В НАУЗ с, Мероприятия, Обучение,"
            " Комментарий",
        )
    ],
    "chairs": [
        ("", "ФИО, Компания, Должность в компании, Председатель комитета, E-mail, Телефон, В НАУЗ с, Комментарий")
    ],
    "speakers": [("", "ФИО, Компания, Должность, Темы, E-mail, Телефон, В НАУЗ с, Мероприятия, Курсы, Комментарий")],
    "events": [
        (
            "",
            "Название, Даты, Спикеры, Формат, Место, Описание, Приглашены, Участвовали, Ответственный, Комментарий",
        )
    ],
    "invitations": [
        (
            "",
            "Наименование, ЮЛ / ФЛ, Контактное лицо, Телефон, E-mail, Членство в НАУЗ, Потенциал для НАУЗ, ИНН / ОГРН,"
            " Юридический адрес, Фактический адрес, Источник, Приглашён",
        )
    ],
    "venues": [("", "Название, Адрес, Партнёр, Контакты, Мероприятия, Курсы, Ответственное лицо, Комментарий")],
}
WANTED["courses"] = WANTED["events"]


@pytest.mark.parametrize("name", TABLES)
def test_columns_groups_and_headings(name: str) -> None:
    wanted = [(group, label) for group, labels in WANTED[name] for label in labels.split(", ")]
    if name in ("people", "companies"):
        wanted.append(("", "Другие сведения"))  # the office's own fields, beside what the association asked for
    assert [(column.group, column.label) for column in TABLES[name].columns] == wanted


def test_only_money_and_passports_are_guarded() -> None:
    guarded = {
        (table.name, column.key): column.permission
        for table in TABLES.values()
        for column in table.columns
        if column.permission is not Permission.BASE_READ
    }
    assert guarded == {
        ("people", "passport"): Permission.PASSPORT_READ,
        ("members", "fee_amount"): Permission.MONEY_READ,
    }
    manager = Actor(1, "", PERMISSIONS[Role.MANAGER], Role.MANAGER)
    assert "fee_amount" not in TABLES["members"].visible(manager)
