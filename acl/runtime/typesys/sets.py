"""Sets of Lisp objects, closed under union, intersection and complement: what `subtypep` computes with.

The universe is cut into regions that have nothing in common.  In an ordered region (integers, ratios, floats of a
format, characters) a set is a tuple of ascending *cuts*: places where membership changes, from outside below the first.
In the others it is a structure with a list of single objects that are exceptions to it (`Mixed`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Op = Callable[[bool, bool], bool]


def union_op(a: bool, b: bool) -> bool:
    """Or."""
    return a or b


def intersection_op(a: bool, b: bool) -> bool:
    """And."""
    return a and b


Cuts = tuple[Any, ...]


def combine_cuts(a: Cuts, b: Cuts, op: Op) -> Cuts:
    """Return the points for which *op* of the memberships in *a* and *b* holds; op(False, False) must not."""
    result: list[Any] = []
    i = j = 0
    in_a = in_b = inside = False
    while i < len(a) or j < len(b):
        cut = a[i] if j >= len(b) or (i < len(a) and a[i] <= b[j]) else b[j]
        if i < len(a) and a[i] == cut:
            in_a = not in_a
            i += 1
        if j < len(b) and b[j] == cut:
            in_b = not in_b
            j += 1
        now = op(in_a, in_b)
        if now != inside:
            result.append(cut)
            inside = now
    return tuple(result)


def subtract_cuts(a: Cuts, b: Cuts) -> Cuts:
    """Return what is in *a* and not in *b*."""
    return combine_cuts(a, b, lambda x, y: x and not y)


def cuts_hold(cuts: Cuts, low_cut: Any) -> bool:
    """True if the point whose lower cut is *low_cut* is in the set."""
    inside = False
    for cut in cuts:
        if cut > low_cut:
            break
        inside = not inside
    return inside


class Bits:
    """A set made of a few atoms, of which nothing smaller can be said but by exceptions."""

    __slots__ = ("atoms", "classify", "universe")

    def __init__(self, atoms: frozenset[str], universe: frozenset[str], classify: Callable[[Any], str]) -> None:
        self.atoms = atoms
        self.universe = universe
        self.classify = classify

    def combine(self, other: Bits, op: Op) -> Bits:
        """Return the union or intersection."""
        return Bits(frozenset(a for a in self.universe if op(a in self.atoms, a in other.atoms)), self.universe,
                    self.classify)

    def complement(self) -> Bits:
        """Return the complement in the region."""
        return Bits(self.universe - self.atoms, self.universe, self.classify)

    def empty(self) -> bool:
        """True if nothing is in it."""
        return not self.atoms

    def holds(self, x: Any) -> bool:
        """True if *x*, which is of the region, is in it."""
        return self.classify(x) in self.atoms


class Products:
    """Conses: a union of products of a type of cars and a type of cdrs."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: tuple[tuple[Any, Any], ...]) -> None:
        self.pairs = tuple((a, b) for a, b in pairs if not a.empty() and not b.empty())

    def combine(self, other: Products, op: Op) -> Products:
        """Return the union or intersection."""
        if op is union_op:
            return Products(self.pairs + other.pairs)
        return Products(tuple((a.intersect(c), b.intersect(d)) for a, b in self.pairs for c, d in other.pairs))

    def complement(self) -> Products:
        """Return the complement in the region: a cons is outside a product by its car or by its cdr."""
        from .algebra import EVERYTHING

        result = Products(((EVERYTHING, EVERYTHING),))
        for a, b in self.pairs:
            # The two parts are kept disjoint, which keeps repeated complements small.
            outside = Products(((a.complement(), EVERYTHING), (a, b.complement())))
            result = result.combine(outside, intersection_op)
        return result

    def empty(self) -> bool:
        """True if nothing is in it."""
        return not self.pairs

    def holds(self, x: Any) -> bool:
        """True if the cons *x* is in it."""
        return any(a.holds(x.car) and b.holds(x.cdr) for a, b in self.pairs)


_ANY_SIZE: Cuts = (0,)

Box = tuple[Cuts, ...]


class Shapes:
    """Sets of array dimensions: for the ranks in `ranks` a union of boxes, all of the other ranks or none."""

    __slots__ = ("others", "ranks")

    def __init__(self, others: bool, ranks: dict[int, tuple[Box, ...]]) -> None:
        self.others = others
        self.ranks = ranks

    def boxes(self, rank: int) -> tuple[Box, ...]:
        """Return the boxes for *rank*."""
        found = self.ranks.get(rank)
        if found is not None:
            return found
        return ((_ANY_SIZE,) * rank,) if self.others else ()

    def combine(self, other: Shapes, op: Op) -> Shapes:
        """Return the union or intersection."""
        ranks: dict[int, tuple[Box, ...]] = {}
        for rank in {*self.ranks, *other.ranks}:
            a, b = self.boxes(rank), other.boxes(rank)
            ranks[rank] = a + b if op is union_op else _intersect_boxes(a, b)
        return Shapes(op(self.others, other.others), ranks)

    def complement(self) -> Shapes:
        """Return the complement."""
        return Shapes(not self.others, {rank: _complement_boxes(boxes, rank) for rank, boxes in self.ranks.items()})

    def empty(self) -> bool:
        """True if no dimensions are in it."""
        return not self.others and not any(self.ranks.values())

    def holds(self, dims: tuple[int, ...]) -> bool:
        """True if *dims* is in it."""
        return any(all(cuts_hold(c, n) for c, n in zip(box, dims, strict=True)) for box in self.boxes(len(dims)))


def _intersect_boxes(a: tuple[Box, ...], b: tuple[Box, ...]) -> tuple[Box, ...]:
    result = []
    for x in a:
        for y in b:
            box = tuple(combine_cuts(c, d, intersection_op) for c, d in zip(x, y, strict=True))
            if all(box):
                result.append(box)
    return tuple(result)


def _complement_boxes(boxes: tuple[Box, ...], rank: int) -> tuple[Box, ...]:
    result: tuple[Box, ...] = ((_ANY_SIZE,) * rank,)
    for box in boxes:
        outside: list[Box] = []
        for axis in range(rank):
            missing = subtract_cuts(_ANY_SIZE, box[axis])
            if missing:
                outside.append((*box[:axis], missing, *(_ANY_SIZE,) * (rank - axis - 1)))
        result = _intersect_boxes(result, tuple(outside))
    return result


class Arrays:
    """Arrays: for each kind (element type, simple or not) the dimensions that are in the set."""

    __slots__ = ("classify", "kinds")

    def __init__(self, kinds: dict[Any, Shapes], classify: Callable[[Any], tuple[Any, tuple[int, ...]]]) -> None:
        self.kinds = kinds
        self.classify = classify

    def combine(self, other: Arrays, op: Op) -> Arrays:
        """Return the union or intersection."""
        return Arrays({k: s.combine(other.kinds[k], op) for k, s in self.kinds.items()}, self.classify)

    def complement(self) -> Arrays:
        """Return the complement in the region."""
        return Arrays({k: s.complement() for k, s in self.kinds.items()}, self.classify)

    def empty(self) -> bool:
        """True if nothing is in it."""
        return all(s.empty() for s in self.kinds.values())

    def holds(self, x: Any) -> bool:
        """True if the array *x* is in it."""
        kind, dims = self.classify(x)
        return self.kinds[kind].holds(dims)


Conjunct = tuple[frozenset[Any], frozenset[Any]]


class Instances:
    """Instances of classes: a union of conjunctions of classes to which they belong and do not belong."""

    __slots__ = ("conjuncts",)

    def __init__(self, conjuncts: Any) -> None:
        self.conjuncts: frozenset[Conjunct] = frozenset(c for c in conjuncts if not _impossible(c))

    def combine(self, other: Instances, op: Op) -> Instances:
        """Return the union or intersection."""
        if op is union_op:
            return Instances(self.conjuncts | other.conjuncts)
        return Instances((p | q, n | m) for p, n in self.conjuncts for q, m in other.conjuncts)

    def complement(self) -> Instances:
        """Return the complement in the region."""
        result = Instances([(frozenset(), frozenset())])
        for positive, negative in self.conjuncts:
            outside: list[Conjunct] = [(frozenset(), frozenset([c])) for c in positive]
            outside += [(frozenset([c]), frozenset()) for c in negative]
            result = result.combine(Instances(outside), intersection_op)
        return result

    def empty(self) -> bool:
        """True if nothing can be in it."""
        return not self.conjuncts

    def inhabited(self) -> bool:
        """True if something is surely in it: a conjunct has a class that is below all its others."""
        from acl.clos.base import CLASSES

        for positive, negative in self.conjuncts:
            if len(positive) < 2:
                return True
            for c in [*positive, *CLASSES.values()]:
                order = c.__mro__
                if all(p in order for p in positive) and not any(n in order for n in negative):
                    return True
        return False

    def holds(self, x: Any) -> bool:
        """True if *x* is in it."""
        from acl.clos.base import class_of

        order = class_of(x).__mro__
        return any(all(c in order for c in p) and not any(c in order for c in n) for p, n in self.conjuncts)


def _impossible(conjunct: Conjunct) -> bool:
    """True if no object can belong to all the positive classes and none of the negative ones."""
    from .classes import disjoint

    positive, negative = conjunct
    if any(n in p.__mro__ for p in positive for n in negative):
        return True
    pending = list(positive)
    return any(disjoint(a, b) for i, a in enumerate(pending) for b in pending[i + 1:])


class Mixed:
    """A structure and the single objects that are exceptions to it: key to (object, whether it is in the set)."""

    __slots__ = ("base", "exceptions")

    def __init__(self, base: Any, exceptions: dict[Any, tuple[Any, bool]]) -> None:
        self.base = base
        self.exceptions = exceptions

    def combine(self, other: Mixed, op: Op) -> Mixed:
        """Return the union or intersection."""
        exceptions = {key: (x, op(self.holds_key(key, x), other.holds_key(key, x)))
                      for key, (x, _) in {**self.exceptions, **other.exceptions}.items()}
        return Mixed(self.base.combine(other.base, op), exceptions)

    def complement(self) -> Mixed:
        """Return the complement in the region."""
        return Mixed(self.base.complement(), {key: (x, not there) for key, (x, there) in self.exceptions.items()})

    def empty(self) -> bool:
        """True if nothing is in it."""
        return self.base.empty() and not any(there for _, there in self.exceptions.values())

    def inhabited(self) -> bool:
        """True if something is surely in it."""
        base = self.base.inhabited() if isinstance(self.base, Instances) else not self.base.empty()
        return base or any(there for _, there in self.exceptions.values())

    def holds_key(self, key: Any, x: Any) -> bool:
        """True if *x* is in it."""
        found = self.exceptions.get(key)
        return bool(self.base.holds(x)) if found is None else found[1]
