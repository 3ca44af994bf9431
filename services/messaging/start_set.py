"""The texts there are from the start, one for every action and trigger: rows that migrate puts in, the office edits.

Each is written to everybody alike: to a person by name, to a company as «Уважаемые коллеги», so «вы» is small. What a
recipient may lack stands in a condition.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from models import MessageTemplate, Purpose, TemplateKind, TemplateVersion, utc_now
from services.database import is_sqlite
from services.history.statements import table_of


@dataclass(frozen=True)
class Shipped:
    """A built-in template; `code` is fixed, the rest is the office's to change. Its HTML is made from the text."""

    code: str
    name: str
    kind: TemplateKind
    purpose: Purpose
    subject: str
    text: str


PROMPT = "Здесь напишите, о чём хотите сообщить."
"""Stands in the empty message; one that still says it is not finished."""

_BEGIN = "{{ обращение }}!\n\n"
_END = "\n\nС уважением,\n{{ ассоциация }}"
_CONTACT = (
    "Если остались вопросы, просто ответьте на это письмо.{% if менеджер %} С вами работает {{ менеджер }}.{% endif %}"
)
_WHEN_AND_WHERE = (
    "Когда: {{ когда | default('дату сообщим дополнительно') }}\n"
    "{% if где %}\n"
    "Где: {{ где }}\n"
    "{% endif %}\n"
    "{% if спикеры %}\n"
    "Спикеры: {{ спикеры }}\n"
    "{% endif %}\n"
)
_PROGRAMME = "{% if описание %}\n\n{{ описание }}\n{% endif %}\n"
_ANSWER = (
    "\nПожалуйста, ответьте, ждать ли вас. Это займёт несколько секунд, входить в личный кабинет не нужно:\n\n"
    "Приду: {{ приду }}\n"
    "Не приду: {{ не_приду }}\n\n"
)
_APPLY = (
    "\nЧтобы занять место, подайте заявку. Это займёт минуту, входить в личный кабинет не нужно:\n\n"
    "Подать заявку: {{ заявка }}\n"
    "Не смогу участвовать: {{ не_приду }}\n\n"
)


def _letter(code: str, name: str, kind: TemplateKind, purpose: Purpose, subject: str, body: str) -> Shipped:
    return Shipped(code, name, kind, purpose, subject, _BEGIN + body.strip("\n") + _END)


def _event(code: str, name: str, purpose: Purpose, subject: str, invitation: str, answer: str) -> Shipped:
    body = f"{invitation}\n\n{_WHEN_AND_WHERE}{_PROGRAMME}{answer}{_CONTACT}"
    return _letter(code, name, TemplateKind.EVENT, purpose, subject, body)


START_SET: tuple[Shipped, ...] = (
    _letter(
        "message", "Сообщение", TemplateKind.GENERAL, Purpose.SERVICE,
        "Сообщение от {{ ассоциация }}",
        PROMPT,
    ),
    _letter(
        "reminder_fee", "Напоминание о членском взносе", TemplateKind.MEMBERSHIP, Purpose.STATUTORY,
        "Членский взнос: срок уплаты — {{ срок }}",
        "Напоминаем о ежегодном членском взносе в {{ ассоциация }}: срок его уплаты — {{ срок }} ({{ осталось }})."
        "{% if сумма %} Сумма взноса — {{ сумма }}.{% endif %}\n\n"
        "{% if договор %}\nВ назначении платежа, пожалуйста, укажите: «Членский взнос по договору {{ договор }}».\n\n"
        "{% endif %}\n"
        "Если вы уже перечислили взнос, спасибо! Тогда отвечать на это письмо не нужно.\n\n"
        + _CONTACT,
    ),
    _letter(
        "fee_overdue", "Просрочен членский взнос", TemplateKind.MEMBERSHIP, Purpose.STATUTORY,
        "Членский взнос не поступил",
        "Срок уплаты ежегодного членского взноса в {{ ассоциация }} истёк {{ срок }}, но платёж к нам пока не поступил."
        "{% if сумма %} Сумма взноса — {{ сумма }}.{% endif %}\n\n"
        "Пожалуйста, перечислите взнос в ближайшие дни, чтобы членство не прервалось. Если вы уже заплатили, пришлите "
        "копию платёжного поручения в ответ на это письмо: мы найдём платёж.\n\n"
        + _CONTACT,
    ),
    _letter(
        "reminder_membership", "Заканчивается срок членства", TemplateKind.MEMBERSHIP, Purpose.STATUTORY,
        "Срок членства в {{ ассоциация }} — {{ срок }}",
        "Срок вашего членства в {{ ассоциация }} — до {{ срок }} ({{ осталось }}).\n\n"
        "Чтобы продлить членство, уплатите ежегодный взнос{% if сумма %} — {{ сумма }}{% endif %}. "
        "После этого всё остаётся по-прежнему: участие в мероприятиях и комитетах, обучение, правовая поддержка.\n\n"
        "Если реквизиты или контактные лица изменились, сообщите нам, пожалуйста, в ответ на это письмо.\n\n"
        + _CONTACT,
    ),
    _letter(
        "membership_ended", "Срок членства закончился", TemplateKind.MEMBERSHIP, Purpose.STATUTORY,
        "Срок членства в {{ ассоциация }} закончился",
        "Срок вашего членства в {{ ассоциация }} закончился {{ срок }}. Нам было бы жаль расставаться.\n\n"
        "Чтобы возобновить членство, уплатите ежегодный взнос{% if сумма %} — {{ сумма }}{% endif %}. "
        "Если вы решили не продолжать, напишите об этом в ответ: мы перестанем напоминать и будем признательны, "
        "если расскажете почему.\n\n"
        + _CONTACT,
    ),
    _event(
        "invitation_event", "Приглашение на мероприятие", Purpose.INVITATION,
        "Приглашаем на мероприятие «{{ событие }}»",
        "Приглашаем вас на мероприятие «{{ событие }}».",
        _ANSWER,
    ),
    _event(
        "invitation_meeting", "Приглашение на встречу", Purpose.INVITATION,
        "Приглашаем на встречу «{{ событие }}»",
        "Приглашаем вас на встречу «{{ событие }}». Будем рады познакомиться ближе и обсудить то, что важно для вас.",
        _ANSWER,
    ),
    _event(
        "invitation_session", "Приглашение на заседание комитета", Purpose.STATUTORY,
        "Приглашаем на заседание «{{ событие }}»",
        "Приглашаем вас на заседание «{{ событие }}»{% if комитет %} ({{ комитет }}){% endif %}.",
        _ANSWER,
    ),
    _event(
        "invitation_course", "Приглашение на обучение", Purpose.INVITATION,
        "Приглашаем на курс «{{ событие }}»",
        "Приглашаем вас и ваших коллег на курс «{{ событие }}».",
        _APPLY,
    ),
    _letter(
        "invitation_association", "Приглашение в ассоциацию", TemplateKind.ASSOCIATION, Purpose.INVITATION,
        "Приглашаем вступить в {{ ассоциация }}",
        "Приглашаем вас вступить в ассоциацию {{ ассоциация }}.\n\n"
        "Члены ассоциации участвуют в мероприятиях и работе комитетов, учатся на наших курсах, получают правовую "
        "поддержку, предлагают собственные инициативы и находят партнёров.\n\n"
        "Подать заявку: {{ заявка }}\n\n"
        "Заявка ни к чему не обязывает: мы свяжемся с вами, расскажем об условиях и поможем с документами.\n\n"
        + _CONTACT,
    ),
    _letter(
        "birthday", "Поздравление с днём рождения", TemplateKind.BIRTHDAY, Purpose.SERVICE,
        "С днём рождения!",
        "Поздравляем вас с днём рождения!\n\n"
        "Желаем крепкого здоровья, сил на всё задуманное, дела, которое радует, и людей рядом, на которых можно "
        "положиться. Спасибо, что вы с нами.",
    ),
    _letter(
        "event_soon", "Скоро мероприятие", TemplateKind.EVENT, Purpose.SERVICE,
        "{{ событие }}{% if осталось %}: {{ осталось }}{% endif %}",
        "Напоминаем: скоро {{ вид }} «{{ событие }}».\n\n"
        + _WHEN_AND_WHERE
        + "{% if подключение %}\nПодключиться: {{ подключение }}\n{% endif %}\n\n"
        + _CONTACT,
    ),
    _letter(
        "event_moved", "Мероприятие перенесено", TemplateKind.EVENT, Purpose.SERVICE,
        "Новая дата: {{ событие }}",
        "Дата изменилась: {{ вид }} «{{ событие }}» пройдёт в другое время"
        "{% if прежняя_дата %} (прежняя дата — {{ прежняя_дата }}){% endif %}.\n\n"
        + _WHEN_AND_WHERE
        + "\nПриносим извинения за неудобства. Пожалуйста, ответьте, подходит ли вам новое время:\n\n"
        "Приду: {{ приду }}\n"
        "Не приду: {{ не_приду }}\n\n"
        + _CONTACT,
    ),
    _letter(
        "event_cancelled", "Мероприятие отменено", TemplateKind.EVENT, Purpose.SERVICE,
        "Отмена: {{ событие }}",
        "К сожалению, {{ вид }} «{{ событие }}»{% if когда %} ({{ когда }}){% endif %} не состоится."
        "{% if причина %} Причина: {{ причина }}.{% endif %}\n\n"
        "Приносим извинения за то, что ваши планы пришлось менять. О следующих событиях мы обязательно сообщим.\n\n"
        + _CONTACT,
    ),
    _letter(
        "event_thanks", "Спасибо за участие", TemplateKind.EVENT, Purpose.SERVICE,
        "Спасибо за участие: {{ событие }}",
        "Спасибо, что были с нами: {{ вид }} «{{ событие }}»{% if начало %}, {{ начало }}{% endif %}.\n\n"
        "Нам важно ваше мнение. Что понравилось, чего не хватило, о чём поговорить в следующий раз? Напишите "
        "несколько слов в ответ на это письмо.",
    ),
    _letter(
        "document_missing", "Не хватает документов", TemplateKind.DOCUMENT, Purpose.SERVICE,
        "Не хватает документов",
        "Для членства в {{ ассоциация }} нам не хватает ваших документов: {{ документ }}.\n\n"
        "Пожалуйста, пришлите их в ответ на это письмо (подойдут PDF или чёткое фото) или загрузите в личном "
        "кабинете.\n\n"
        "Личный кабинет: {{ ссылка }}\n\n"
        "Если вы уже всё отправили, спасибо! Тогда отвечать не нужно.\n\n"
        + _CONTACT,
    ),
    _letter(
        "date", "Напоминание о дате", TemplateKind.DATE, Purpose.SERVICE,
        "{{ что | default('Напоминание') }}: {{ дата }}",
        "Напоминаем о важной дате. {{ что | default('Дата') }}: {{ дата }} ({{ осталось }}).\n\n" + _CONTACT,
    ),
)  # fmt: skip
"""In the order of the list."""

BY_CODE = {one.code: one for one in START_SET}


def seed(connection: Connection) -> None:
    """Add the templates that are missing, each with its first version; what the office changed stays."""
    templates, versions = table_of(MessageTemplate), table_of(TemplateVersion)
    stamp = {"version": 1, "created_at": utc_now(), "html": "", "number": 1, "active": True}
    rows = [
        stamp | {"code": one.code, "name": one.name, "kind": one.kind.value, "purpose": one.purpose.value,
                 "subject": one.subject, "text": one.text}
        for one in START_SET
    ]  # fmt: skip
    writer: Any = (sqlite if is_sqlite(connection) else postgresql).insert(templates)
    connection.execute(writer.on_conflict_do_nothing(index_elements=["code"]), rows)
    t = templates.c
    first = select(t.id, t.number, t.subject, t.text, t.html, literal(stamp["created_at"], versions.c.at.type)).where(
        t.code.is_not(None), ~exists(select(literal(1)).where(versions.c.template_id == t.id))
    )
    kept = ["template_id", "number", "subject", "text", "html", "at"]
    connection.execute(insert(versions).from_select(kept, first))
