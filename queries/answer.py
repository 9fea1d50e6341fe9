"""The answer to a question: its rows, what was left out, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qikg.graph.store import Value
from qikg.ontology.errors import UsageError
from qikg.queries.head import Question

if TYPE_CHECKING:
    import pandas

Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Answer(Sequence[Row]):
    """Rows of an answer, each a dict from column to value, with notes to be printed under them.

    It prints as a table, shows as one in a notebook, and turns into dicts, CSV, JSON or a DataFrame.
    """

    question: Question
    parameters: Mapping[str, Value]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    """Columns of the matrix that it is shown as, those of filtered rows included."""

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[Row]:
        """Give the rows as dicts."""
        return [dict(row) for row in self.rows]

    def to_csv(self) -> str:
        """Give the rows as CSV with a header; members of a list are joined by ` | `."""
        from qikg.queries.rendering import to_csv

        return to_csv(self)

    def to_json(self) -> str:
        """Give question, parameters, rows and notes as JSON."""
        from qikg.queries.rendering import to_json

        return to_json(self)

    def to_markdown(self) -> str:
        """Give the rows as a Markdown table, with the notes under it."""
        from qikg.queries.rendering import to_markdown

        return to_markdown(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Give the rows as a pandas DataFrame; needs `pip install qikg[pandas]`."""
        try:
            import pandas
        except ImportError:
            raise UsageError("A DataFrame needs pandas: pip install 'qikg[pandas]'.") from None
        return pandas.DataFrame(self.to_dicts(), columns=list(self.columns))

    def __str__(self) -> str:
        from qikg.queries.rendering import to_table

        return to_table(self)

    def _repr_html_(self) -> str:
        from qikg.queries.rendering import to_html

        return to_html(self)


def left_out(rows: Sequence[Row], kept: Sequence[Row], column: str, option: str) -> str | None:
    """Say how many rows a filter left out, and what stood in its column."""
    if len(rows) == len(kept):
        return None
    ids = {id(row) for row in kept}
    gone = Counter(str(row[column]) for row in rows if id(row) not in ids)
    parts = ", ".join(f"{count} {value}" for value, count in sorted(gone.items()))
    count = sum(gone.values())
    return f"{count} row{'s' * (count > 1)} left out by {option}: {parts}. Left out is not absent."
