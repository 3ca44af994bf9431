"""Units of work: the two ways an edge (page, route, command, job) opens a session."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from models import Source
from services.access.permissions import Actor
from services.database import WorkSession, engine
from services.directory import chairs, keys
from services.errors import DomainError
from services.history import numbers, recorder
from services.tables import refresh

# Listeners on WorkSession register at import; naming them here keeps that from being an accident.
LISTENERS = (chairs, keys, numbers, recorder, refresh)


@contextmanager
def reading() -> Iterator[Session]:
    """A session that writes nothing."""
    with WorkSession(engine()) as session:
        yield session


@contextmanager
def writing(actor: Actor, source: Source = Source.MANUAL, batch_id: int | None = None) -> Iterator[Session]:
    """One transaction by `actor`: committed when the block ends well, rolled back otherwise.

    Database refusals that escape the services' own checks become a `DomainError`.
    """
    bind = engine().execution_options(writes=True)
    with WorkSession(bind, info={"actor": actor, "source": source, "batch_id": batch_id}) as session:
        try:
            yield session
            session.commit()
        except StaleDataError as error:
            raise DomainError("Запись только что изменил другой сотрудник. Откройте её заново.") from error
        except IntegrityError as error:
            raise DomainError("Такая запись уже есть, или она связана с другими записями.") from error
        except (OperationalError, sqlite3.OperationalError) as error:  # the latter: BEGIN itself, past SQLAlchemy
            raise DomainError("База данных сейчас занята или недоступна. Повторите через минуту.") from error
