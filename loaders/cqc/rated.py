"""Makes the ratings of a spreadsheet's rows: observations, with the inspection that gave them where it is known."""

from __future__ import annotations

from qikg.graph.content import Content
from qikg.loaders.cqc.registered import SheetRow
from qikg.ontology.crosswalk import Concept
from qikg.ontology.model import Ref
from qikg.ontology.registers import Awarded, Inspected, Inspection, Rates, Rating


class Ratings:
    """The ratings of one file, and the keys that stand twice in it."""

    def __init__(self, edition: str, sources: tuple[str, ...]) -> None:
        self._edition = edition
        self._sources = sources
        self.count = 0
        # By the hundred thousand: dicts of texts alone, which the garbage collector never looks through.
        self._inspections: dict[str, None] = {}
        self._values: dict[str, str] = {}
        self._days: dict[str, str] = {}
        self._conflicts: dict[str, None] = {}
        self._two_days: dict[str, None] = {}

    def add(
        self, row: SheetRow, place: Ref, service: Concept, question: Concept, value: Concept, content: Content
    ) -> None:
        """Add the rating of a row."""
        sources, edition, code = self._sources, self._edition, place.id
        when = row.day("publication_date")
        inherited = row.text("inherited").upper() in {"Y", "YES"}
        self._see(f"{code}/{service.notation}/{question.notation}", str(value.notation), when.text if when else "")
        rating = Rating.made(
            id=f"{code}/{when or 'undated'}/{service.notation}/{question.notation}/{value.notation}",
            date=when,
            question=question.id,
            service=service.id,
            value=value.id,
            value_printed=row.text("rating"),
            score=value.score,
            inherited=inherited,
            in_register=True,
            edition_first=edition or None,
            edition_last=edition or None,
            sources=sources,
        )
        self.count += 1
        content.nodes.append(rating)
        pointer = rating.pointer
        content.relationships.append(Rates.made(start=pointer, end=place, sources=sources))
        # What a place has inherited comes from another's report: no inspection of its own is made up for it.
        if when is not None and not inherited:
            inspection = f"{code}/{when}"
            if inspection not in self._inspections:
                self._inspections[inspection] = None
                content.nodes.append(Inspection.made(id=inspection, publication_date=when, sources=sources))
                content.relationships.append(
                    Inspected.made(start=Inspection.ref(inspection), end=place, sources=sources)
                )
            content.relationships.append(Awarded.made(start=Inspection.ref(inspection), end=pointer, sources=sources))

    @property
    def inspections(self) -> int:
        """How many inspections were made."""
        return len(self._inspections)

    def twice(self) -> str | None:
        """Say which keys stand twice; None where none does."""
        conflicts = list(self._conflicts)
        two_days = [key for key in self._two_days if key not in self._conflicts]
        count = len(conflicts) + len(two_days)
        if not count:
            return None
        return (
            f"{counted(count, 'key')} of place, service and question stand{'s' * (count == 1)} twice: "
            f"{len(conflicts):,} with ratings that differ ({_first_few(conflicts)}), {len(two_days):,} with one "
            f"rating under two dates ({_first_few(two_days)}). All are kept, side by side."
        )

    def _see(self, key: str, value: str, day: str) -> None:
        if self._values.setdefault(key, value) != value:
            self._conflicts[key] = None
        elif self._days.setdefault(key, day) != day:
            self._two_days[key] = None


def counted(number: int, what: str) -> str:
    """Give a number with what it counts.

    >>> counted(1, "row"), counted(2_000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {what}{'s' * (number != 1)}"


def _first_few(keys: list[str]) -> str:
    return (", ".join(keys[:3]) + (", …" if len(keys) > 3 else "")) or "none"
