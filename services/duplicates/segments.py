"""Segments whose conditions name a record that goes: they name the one that stays."""

import json
from typing import Any

from sqlmodel import Session, col, select

from models import Record, Segment
from services.tables.related_declared import RELATIONS


def follow(session: Session, model: type[Record], lost: int, kept: int) -> None:
    """Put `kept` in place of `lost` in the conditions of all segments."""
    for segment in session.exec(select(Segment).where(col(Segment.query).contains('"related"'))):
        query = json.loads(segment.query)
        changed = [_renumbered(condition, model, lost, kept) for condition in query.get("related", [])]
        if changed != query.get("related", []):
            segment.query = json.dumps(query | {"related": changed}, ensure_ascii=False)
    session.flush()


def _renumbered(condition: dict[str, Any], model: type[Record], lost: int, kept: int) -> dict[str, Any]:
    relation = RELATIONS.get(condition.get("relation", ""))
    values = dict(condition.get("values", {}))
    for parameter in relation.parameters if relation else ():
        about = parameter.reference is not None and parameter.reference.model is model
        if about and str(values.get(parameter.key)) == str(lost):
            values[parameter.key] = type(values[parameter.key])(kept)
    return condition if values == condition.get("values", {}) else condition | {"values": values}
