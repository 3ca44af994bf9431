"""A test of a mailing sent to oneself: a letter «[Проверка] …» whose links lead nowhere. It leaves no trace."""

from dataclasses import replace

from sqlmodel import Session

from models import Account, Channel, Mailing, Person
from services.access.permissions import Actor, Permission
from services.directory.parties import Party
from services.errors import DomainError
from services.messaging import audiences, files, links, outbox
from services.messaging.audiences import KINDS
from services.messaging.channels import Fate, Outgoing, Trouble
from services.messaging.channels.email import Smtp
from services.messaging.claims import Claimed
from services.messaging.letters import File, Source, Written, letter
from services.messaging.mailing_records import found, text_kind
from services.messaging.rendering import Item, Rendered, compile_text, contexts
from services.messaging.samples import first_who_receives, sample_links
from services.settings import settings
from services.values.emails import email_addresses
from services.work import reading

PREFIX = "[Проверка] "
NO_SERVER = "Почтовый сервер не настроен, проверочное письмо отправить нельзя. Обратитесь к администратору."
NO_ADDRESS = (
    "Куда отправить проверку, неизвестно: ваш логин не адрес эл. почты, и у записи, с которой связана учётная запись, "
    "адреса нет."
)
NOBODY = "Получателей нет, показать письмо не на ком. Выберите получателей."


class _Tried(Written):
    """A letter whose subject says that it is a test."""

    def rendered(self, channel: Channel) -> Rendered:
        texts = super().rendered(channel)
        return replace(texts, subject=PREFIX + texts.subject)


def send_test(actor: Actor, mailing_id: int) -> str:
    """Send the mailing's letter, rendered for its first recipient, to the actor's own address; the address.

    Opens its own unit of work: the mail server is talked to outside it. Raises `DomainError` without an address, a mail
    server or a text that can be put together.
    """
    actor.require(Permission.MESSAGES_SEND)
    if not settings().smtp_host:
        raise DomainError(NO_SERVER)
    with reading() as session:
        if outbox.is_paused(session):
            raise DomainError("Отправка приостановлена. Возобновите её, чтобы отправить проверку.")
        address = _own_address(session, actor)
        content = letter(_written(session, actor, found(session, mailing_id), address))
    try:
        with Smtp() as channel:
            verdict = channel.send(Outgoing(0, address, content))
    except Trouble as error:
        raise DomainError(str(error)) from error
    if verdict.fate is not Fate.SENT:
        raise DomainError(f"Почтовый сервер не принял письмо на {address}. {verdict.code} {verdict.said}".rstrip())
    return address


def _written(session: Session, actor: Actor, mailing: Mailing, address: str) -> Written:
    whom = first_who_receives(session, mailing) or _first_of_audience(session, actor, mailing)
    compiled = compile_text(mailing.subject, mailing.text, mailing.html, text_kind(mailing))
    item = Item(whom, mailing.event_id, links=sample_links(session, mailing))
    (context,) = contexts(session, [item], compiled.used, with_sums=actor.may(Permission.MONEY_READ))
    attached = tuple(
        File(one.name, one.content_type, files.content(one)) for one in files.of_mailing(session, mailing.id or 0)
    )
    source = Source(
        compiled, mailing.purpose, optional=False, automatic=False, event_id=mailing.event_id, files=attached
    )
    message = Claimed((0,), whom, address, 0, mailing.id, None, None, None, None)
    return _Tried(message, source, context, links.make())


def _first_of_audience(session: Session, actor: Actor, mailing: Mailing) -> Party:
    chosen = audiences.select_parties(session, actor, audiences.parse(mailing.audience))
    for kind in KINDS:
        parties = chosen.of(kind)
        number = session.connection().execute(parties.limit(1)).scalar() if parties is not None else None
        if number is not None:
            return Party(kind, number)
    raise DomainError(NOBODY)


def _own_address(session: Session, actor: Actor) -> str:
    account = session.get(Account, actor.account_id) if actor.account_id else None
    if account is None:
        raise DomainError("Проверка отправляется самому себе: войдите под своей учётной записью.")
    if email_addresses(account.login):
        return account.login
    person = session.get(Person, account.person_id) if account.person_id else None
    known = email_addresses(person.email) if person else ()
    if not known:
        raise DomainError(NO_ADDRESS)
    return known[0]
