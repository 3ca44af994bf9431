"""Documents of people and companies: the date each came in, and its files in versions.

`types` is the directory of kinds, `kinds` what sort of file somebody brought, `views` what a card shows, `verbs` what
the office does, `bundle` the archive of a card and the sweeping of what was removed. The date a document came in and
its files know nothing of each other: either may be there without the other.
"""

from services.documents.bundle import Bundle, bundle_of, sweep, write_bundle
from services.documents.types import (
    ACCESS,
    TypeInfo,
    change_type,
    choices_of,
    create_type,
    move_type,
    switch_type,
    types,
)
from services.documents.verbs import add_version, bring_back, describe, remove, set_receipt, upload
from services.documents.views import DocumentLine, PartyDocuments, TypeLine, VersionLine, documents_of, party_at

__all__ = [
    "ACCESS",
    "Bundle",
    "DocumentLine",
    "PartyDocuments",
    "TypeInfo",
    "TypeLine",
    "VersionLine",
    "add_version",
    "bring_back",
    "bundle_of",
    "change_type",
    "choices_of",
    "create_type",
    "describe",
    "documents_of",
    "move_type",
    "party_at",
    "remove",
    "set_receipt",
    "sweep",
    "switch_type",
    "types",
    "upload",
    "write_bundle",
]
