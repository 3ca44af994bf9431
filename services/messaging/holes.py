"""For whom a text has a hole, without putting it together for each of many thousands.

Whether it has one depends on which tokens are empty, and on the values of those it compares. So recipients alike in
that are judged once; tokens that make no difference are not even read.
"""

from collections.abc import Mapping
from itertools import chain, combinations

from jinja2 import nodes

from models import Mailing
from services.messaging import grammar, tokens
from services.messaging.rendering import Compiled, Unrenderable, render

ALIKE = frozenset({
    tokens.GREETING, tokens.HOUSE, tokens.TODAY, *tokens.LINKS,
    tokens.EVENT, tokens.EVENT_KIND, tokens.WHEN, tokens.WHERE, tokens.PROGRAMME, tokens.SPEAKERS, tokens.CONNECT,
    tokens.COMMITTEE, tokens.BEFORE, tokens.REASON,
})  # fmt: skip
"""Tokens that are empty for all recipients of a mailing or for none."""
MOST_TRIED = 6
"""So many tokens are tried out in all combinations of empty and filled; with more all of them are read."""


class Holes:
    """The holes of a mailing's text. `vital`: the tokens they depend on; without any all recipients are alike."""

    def __init__(self, mailing: Mailing, compiled: Compiled, of_one: Mapping[str, str]) -> None:
        """`of_one` is the context of some recipient, for what is the same for all."""
        self._compiled = compiled
        self._compared = _compared(mailing) & compiled.used
        examples = {token.name: token.example for token in tokens.tokens_of(compiled.kind)}
        alike = {name: of_one[name] for name in compiled.used & ALIKE if name in of_one}
        self._filled = {name: examples[name] for name in compiled.used - ALIKE} | alike
        self._told: dict[tuple[frozenset[str], tuple[str, ...]], str] = {}
        self.vital = self._vital()

    def sentence(self, context: Mapping[str, str]) -> str:
        """Why the text cannot be put together for the recipient of `context`; «» when it can."""
        values = tuple(context.get(name, "") for name in sorted(self._compared))
        empty = frozenset(name for name in self.vital if name not in context)
        key = (empty, values)
        if key not in self._told:
            self._told[key] = hole(self._compiled, context) if self._compared else self._without(empty)
        return self._told[key]

    @property
    def read(self) -> frozenset[str]:
        """The tokens to read for every recipient."""
        return self._compiled.used if self._compared else self.vital

    def _vital(self) -> frozenset[str]:
        unsure = sorted(self._compiled.used - ALIKE)
        if self._compared or len(unsure) > MOST_TRIED:
            return frozenset(unsure) | self._compared
        every = map(frozenset, chain.from_iterable(combinations(unsure, size) for size in range(len(unsure) + 1)))
        judged = {empty: bool(self._without(empty)) for empty in every}
        return frozenset(name for name in unsure if any(judged[empty] != judged[empty | {name}] for empty in judged))

    def _without(self, empty: frozenset[str]) -> str:
        return hole(self._compiled, {name: value for name, value in self._filled.items() if name not in empty})


def hole(compiled: Compiled, context: Mapping[str, str]) -> str:
    """Why the text cannot be put together from `context`; «» when it can."""
    try:
        render(compiled, context)
    except Unrenderable as error:
        return str(error)
    return ""


def _compared(mailing: Mailing) -> frozenset[str]:
    """The tokens whose very values decide what the text says: «{% if статус == 'истекает' %}»."""
    trees = (grammar.PLAIN.parse(source) for source in (mailing.subject, mailing.text, mailing.html))
    compared = chain.from_iterable(tree.find_all(nodes.Compare) for tree in trees)
    return frozenset(name.name for one in compared for name in one.find_all(nodes.Name))
