"""Invented rows for templates, as the row index would hold them, and words on columns a kind alone does not explain.

Nobody and nothing here exists; numbers have right check digits, so that an example draws no remark.
"""

from typing import Any

COMPANY, OTHER_COMPANY = "ООО «Лазурит»", "АО «Вектор»"
PERSON, OTHER_PERSON = "Журавлёв Олег Борисович", "Соколова Анна Павловна"
_RECEIVED = {"received_contract": "2024-01-10", "received_application": "2024-01"}

EXAMPLES: dict[str, tuple[dict[str, Any], ...]] = {
    "people": (
        {
            "name": PERSON, "birth_date": "1979-03-18", "workplace": COMPANY, "position": "директор",
            "regalia": "кандидат медицинских наук", "phone": "+7 916 555-01-02; +7 495 555-01-03 доб. 12",
            "email": "zhuravlev@example.ru", "passport": "45 10 000000", "inn": "500100732259", "region": "Москва",
            "source": "конференция", "is_member": "yes", "is_potential": "no", "contract_number": "7",
            "contract_date": "2024-01-10",
        },
        {"name": OTHER_PERSON, "birth_date": "1985", "phone": "8 (916) 555-01-04", "is_member": "no"},
    ),
    "companies": (
        {
            "name": COMPANY, "direction": "медицина", "site": "lazurit.example", "director": PERSON,
            "contact": f"{OTHER_PERSON} (секретарь)", "phone": "+7 495 555-01-03", "email": "info@example.ru",
            "inn": "7707083893", "ogrn": "1027700132195", "legal_address": "119049, Москва, ул. Полевая, д. 11",
            "actual_address": "119049, Москва, ул. Полевая, д. 11", "source": "выставка", "is_member": "yes",
            "is_potential": "no", "contract_number": "8", "contract_date": "2024-01-10", **_RECEIVED,
        },
    ),
    "members": (
        {
            "name": COMPANY, "contact": f"{OTHER_PERSON} (секретарь)", "phone": "+7 495 555-01-03",
            "email": "info@example.ru", "contract_number": "8", "contract_date": "2024-01-10",
            "requisites": "1027700132195/7707083893", "legal_address": "119049, Москва, ул. Полевая, д. 11",
            "actual_address": "119049, Москва, ул. Полевая, д. 11", **_RECEIVED, "fee_amount": "35000.00",
            "paid_on": "2024-02-15", "ends_on": "2025-02-15", "referred_by": "выставка", "comment": "оплачено целиком",
        },
    ),
    "committees": (
        {
            "name": PERSON, "company": COMPANY, "position_in_company": "директор", "position": "chair",
            "email": "zhuravlev@example.ru", "phone": "+7 916 555-01-02", "member_since": "2022",
            "events": "Весенний форум; Круглый стол", "courses": "Основы руководства",
        },
        {"name": OTHER_PERSON, "position": "member", "member_since": "2023-05"},
    ),
    "chairs": (
        {
            "name": PERSON, "company": COMPANY, "position_in_company": "директор", "committee": "По инновациям",
            "email": "zhuravlev@example.ru", "phone": "+7 916 555-01-02", "member_since": "2022",
        },
    ),
    "speakers": (
        {
            "name": PERSON, "company": COMPANY, "position": "директор", "topics": "управление; обучение",
            "email": "zhuravlev@example.ru", "phone": "+7 916 555-01-02", "member_since": "2022",
            "events": "Весенний форум; Круглый стол", "courses": "Основы руководства",
        },
    ),
    "events": (
        {
            "name": "Весенний форум", "starts_on": "2024-04-12", "speakers": f"{PERSON}; {OTHER_PERSON}",
            "format": "onsite", "venue": "Дом науки", "description": "Открытая встреча", "invited": 100, "attended": 85,
            "responsible": "Ивлева И. И.",
        },
    ),
    "courses": (
        {
            "name": "Основы руководства", "starts_on": "2024-06", "speakers": OTHER_PERSON, "format": "online",
            "description": "Шесть занятий", "invited": 40, "attended": 32, "responsible": "Ивлева И. И.",
        },
    ),
    "venues": (
        {
            "name": "Дом науки", "address": "119049, Москва, ул. Полевая, д. 11", "partner": COMPANY,
            "contacts": f"+7 916 555-01-04, {OTHER_PERSON}", "events": "Весенний форум",
            "courses": "Основы руководства", "responsible": "Ивлева И. И.", "comment": "вход со двора",
        },
    ),
}  # fmt: skip

_STAFF = "Фамилия, имя, отчество; должность в скобках. Несколько человек разделите точкой с запятой."
_SEVERAL = "Несколько названий разделите точкой с запятой."
_WORKPLACE = f"Название компании. {_SEVERAL}"
_STAFF_MEMBER = "Кто из сотрудников ассоциации отвечает."

HINTS: dict[str, str] = {
    "workplace": _WORKPLACE,
    "company": _WORKPLACE,
    "partner": _WORKPLACE,
    "director": _STAFF,
    "contact": _STAFF,
    "speakers": "Фамилия, имя, отчество. Несколько человек разделите точкой с запятой.",
    "requisites": "ОГРН и ИНН через косую черту, или одно из двух.",
    "events": f"Мероприятия, в которых участвовали. {_SEVERAL}",
    "courses": f"Курсы, которые прошли. {_SEVERAL}",
    "responsible": _STAFF_MEMBER,
    "committee": "Комитет, которым руководит председатель.",
    "extra": "Название и значение через двоеточие: Рейтинг: 7. Несколько разделите точкой с запятой.",
    "contacts": "Как связаться: номер, адрес почты, имя человека, в любом порядке.",
    "invited": "Сколько человек пригласили.",
    "attended": "Сколько человек пришло.",
    "members.name": "Название компании. Для физ. лица: фамилия, имя, отчество и пометка (ФЛ).",
    "venues.events": f"Мероприятия, которые здесь проходят. {_SEVERAL}",
    "venues.courses": f"Курсы, которые здесь проходят. {_SEVERAL}",
    "speakers.events": f"Мероприятия, на которых выступает. {_SEVERAL}",
    "speakers.courses": f"Курсы, которые ведёт. {_SEVERAL}",
}
"""By the column's key, or by «table.key» where a table means something of its own."""
