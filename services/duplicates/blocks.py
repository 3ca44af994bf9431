"""Which records are compared: those that share a key. Never all with all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Generic, TypeVar

T = TypeVar("T")
C = TypeVar("C", bound=Hashable)
Found = tuple[int, tuple[str, ...]]
"""Score and reasons of a pair."""
LARGEST = 60
"""A key that more records share tells nobody apart (the phone of a company, the name «Филиал»): not a block."""

COMMON = 20
"""A phone or an e-mail of more records than this is an office's and says nothing of any of them."""


@dataclass
class Blocks(Generic[T]):
    """Records by keys. Of a block only pairs with somebody `wanted` in it are compared, when the key asks for that."""

    records: dict[int, T] = field(default_factory=dict)
    _members: dict[int, list[int] | int] = field(default_factory=dict)
    _asking: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _limits: dict[int, int] = field(default_factory=dict)

    def put(self, number: int, record: T, keys: Iterable[Hashable]) -> None:
        """Take a record with its keys."""
        self.records[number] = record
        for key in keys:
            mark = hash(key)
            present = self._members.get(mark)
            if present is None:
                self._members[mark] = number
            elif isinstance(present, list):
                present.append(number)
            else:
                self._members[mark] = [present, number]

    def ask(self, number: int, key: Hashable, limit: int) -> None:
        """The block of `key` is compared with this record alone, and only while it has at most `limit` members."""
        self._asking[hash(key)].add(number)
        self._limits[hash(key)] = limit

    def only_asked(self, keys: Iterable[Hashable]) -> None:
        """Blocks of these keys are for those that ask."""
        for key in keys:
            self._limits.setdefault(hash(key), 0)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Numbers to be compared, the smaller first; a pair may come more than once."""
        for mark, members in self._members.items():
            if not isinstance(members, list):
                continue
            limit = self._limits.get(mark)
            if limit is None:
                if len(members) <= LARGEST:
                    yield from combinations(members, 2)
            elif len(members) <= limit:
                for asking in self._asking[mark]:
                    yield from (_ordered(asking, other) for other in members if other != asking)

    @property
    def size(self) -> int:
        """How many blocks there are."""
        return len(self._members)


def weigh_all(
    blocks: Blocks[T], weigh: Callable[[T, T], Found | None], progress: Callable[[int], None]
) -> dict[tuple[int, int], Found]:
    """All pairs that weigh something."""
    found: dict[tuple[int, int], Found | None] = {}
    for done, pair in enumerate(blocks.pairs()):
        if pair not in found:
            found[pair] = weigh(blocks.records[pair[0]], blocks.records[pair[1]])
        if done % 50_000 == 0:
            progress(done)
    return {pair: weighed for pair, weighed in found.items() if weighed is not None}


def common(lists: Iterable[Iterable[C]]) -> frozenset[C]:
    """The contacts too many records have."""
    counted = Counter(contact for listed in lists for contact in listed)
    return frozenset(contact for contact, number in counted.items() if number > COMMON)


def one_edit_apart(one: str, two: str) -> bool:
    """Whether a letter was left out, doubled, put in, mistaken, or two beside each other were swapped."""
    if one == two or abs(len(one) - len(two)) > 1:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    a, b = one[start:], two[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]


def strongest(reasons: Mapping[str, int]) -> Found | None:
    """The highest score, the reasons from the strongest."""
    if not reasons:
        return None
    ordered = sorted(reasons, key=lambda reason: -reasons[reason])
    return reasons[ordered[0]], tuple(ordered)


def _ordered(one: int, two: int) -> tuple[int, int]:
    return (one, two) if one < two else (two, one)
