"""The files of a study: one row model a file, in the words of their header.

A study needs `study.json`, `cases.tsv` and `coded_items.tsv`; every other file is optional. `grade` words of the files
become the three statuses.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from qikg.loaders.tables import Row
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import INFERRED, STATED, UNDETERMINED, Status

GRADES: dict[str, Status] = {
    "stated": STATED,
    "certain": STATED,
    "inferred": INFERRED,
    "reported": INFERRED,
    "open": UNDETERMINED,
    "undetermined": UNDETERMINED,
}
"""The words that files use for how a fact is known, and the status that each becomes."""


def _status(word: object) -> object:
    return GRADES.get(word, word) if isinstance(word, str) else word


def _date(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return PartialDate(text=text)
    except ValueError:
        raise ValueError("not a date; write it as 2015, 2015-04 or 2015-04-02") from None


def _hash(text: str) -> str:
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise ValueError("not a SHA-256; it has 64 characters, digits and the letters a to f")
    return text


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError("not an id; use small letters, digits and single hyphens, such as smith-2024")
    return text


def _edition(text: str) -> str:
    _date(text)
    return text


Grade = Annotated[Status, BeforeValidator(_status)]
Date = Annotated[PartialDate, BeforeValidator(_date)]
Sha256 = Annotated[str, AfterValidator(_hash)]
Confidence = Annotated[float, Field(ge=0, le=1)]
Position = Annotated[int, Field(ge=0)]
Precision = Literal["day", "month", "year", "unknown"]


def precision(date: PartialDate | None) -> str:
    """Give the word for how exactly a date is known."""
    return "unknown" if date is None else ("year", "month", "day")[date.text.count("-")]


class Printed(Row):
    """A row that points at the place in the text where it is printed."""

    start: Position | None = None
    end: Position | None = None
    line_start: int | None = None
    line_end: int | None = None
    sha256: Sha256 | None = None


class SpanRow(Row):
    """A stretch of the text that other rows point at."""

    file: ClassVar[str] = "spans.tsv"
    key: ClassVar[str] = "place"

    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    skeleton_sha256: Sha256
    skeleton_length: int
    quote_start: str
    quote_end: str

    @property
    def place(self) -> tuple[int, int]:
        """Start and end: what a span is known by."""
        return self.start, self.end


class CaseRow(Printed):
    """A case, as the study describes it."""

    file: ClassVar[str] = "cases.tsv"
    key: ClassVar[str] = "case"

    case: str
    label: str
    chapter_order: int | None = None
    chapter_order_status: Grade | None = None
    population_printed: str | None = None
    staff_printed: str | None = None
    beds_printed: str | None = None
    detail_printed: str | None = None
    check_value: str | None = None
    check_basis: str | None = None
    table4_x_printed: int | None = None
    table4_blanks: int | None = None
    table4_line: int | None = None


class Table2Row(Row):
    """A cell of the table that describes the cases."""

    file: ClassVar[str] = "table2_cells.tsv"
    key: ClassVar[str] = "cell_id"

    cell_id: str
    case: str
    attribute: str
    printed: str
    value: str | None = None
    check_result: str | None = None
    check_value: str | None = None
    check_basis: str | None = None
    check_url: str | None = None


class Table3Row(Row):
    """A date of the table of what happened when."""

    file: ClassVar[str] = "table3_dates.tsv"
    key: ClassVar[str] = "date_id"

    date_id: str
    case: str
    sequence: int
    cell_sequence: int
    printed: str
    date: Date | None = None
    date_precision: Precision
    date_type: str | None = None
    date_type_status: Grade | None = None
    column: str | None = None
    column_options: tuple[str, ...] = ()
    status: Grade
    basis: str | None = None
    event_ids: tuple[str, ...] = ()
    start: Position
    end: Position
    line_start: int
    sha256: Sha256


class Table4Row(Row):
    """A finding about a case and a concept."""

    file: ClassVar[str] = "table4_cells.tsv"
    key: ClassVar[str] = "cell_id"

    cell_id: str
    case: str
    challenge: str
    value: Literal["present", "absent", "undetermined"]
    status: Grade
    basis_kind: str | None = None
    premises: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    basis: str | None = None


class GridRow(Row):
    """One way to fill the undetermined cells of Table 4 that fits all that is known."""

    file: ClassVar[str] = "table4_candidate_grids.tsv"
    key: ClassVar[str] = "grid_id"

    grid_id: str
    label: str | None = None
    blanks_case_4: tuple[str, ...] = ()
    blanks_case_7: tuple[str, ...] = ()
    blanks_case_8: tuple[str, ...] = ()
    eighth_blank: str | None = None
    fits_discussion: bool | None = None


class RoleRow(Row):
    """The part in a system that the study gives a concept."""

    file: ClassVar[str] = "challenge_roles.tsv"
    key: ClassVar[str] = "challenge"

    challenge: str
    label: str
    printed_header: str
    input: bool
    transformation: bool
    output_direct: bool
    status: Grade
    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    note: str | None = None


class ItemRow(Printed):
    """A passage or mention that was coded to a concept."""

    file: ClassVar[str] = "coded_items.tsv"
    key: ClassVar[str] = "item_id"

    item_id: str
    challenge: str
    case: str
    kind: Literal["participant_quotation", "narrative", "mixed", "author_mention"]
    initiatives: tuple[str, ...] = ()
    stakeholder_groups: tuple[str, ...] = ()
    quote_start: str | None = None
    quote_end: str | None = None
    summary: str
    text_note: str | None = None


class ItemGroupRow(Row):
    """A group of people that a coded item speaks of."""

    file: ClassVar[str] = "item_stakeholders.tsv"
    key: ClassVar[str] = "link_id"

    link_id: str
    item_id: str
    group_id: str
    status: Grade
    basis: str | None = None


class GroupRow(Row):
    """A group of people, never a person."""

    file: ClassVar[str] = "stakeholder_groups.tsv"
    key: ClassVar[str] = "group_id"

    group_id: str
    label: str
    kind: str | None = None
    item_count: int | None = None
    note: str | None = None


class InitiativeRow(Row):
    """A named programme, tool or method, or a practice without a name."""

    file: ClassVar[str] = "initiatives.tsv"
    key: ClassVar[str] = "initiative_id"

    initiative_id: str
    label: str
    kind: str
    cases: tuple[str, ...] = ()
    public_name: str | None = None
    public_name_status: Grade | None = None
    note: str | None = None
    url: str | None = None


class MentionRow(Row):
    """A place where the text names an initiative."""

    file: ClassVar[str] = "initiative_mentions.tsv"
    key: ClassVar[str] = "mention_id"

    mention_id: str
    initiative_id: str
    case: str | None = None
    case_status: Grade | None = None
    section: str | None = None
    item_id: str | None = None
    claim_id: str | None = None
    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    note: str | None = None


class ClaimRow(Row):
    """What the prose claims, and how that fared."""

    file: ClassVar[str] = "claims.tsv"
    key: ClassVar[str] = "claim_id"

    claim_id: str
    section: str | None = None
    line: int | None = None
    start: Position
    end: Position
    span_count: int
    lines: tuple[str, ...] = ()
    quantifier: str | None = None
    cases: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    summary: str
    check_result: Literal["agrees", "disagrees", "not_contradicted", "untested"]
    check_grade: Grade
    checked_against: str | None = None
    note: str | None = None


class ClaimSpanRow(Row):
    """One of the places where a claim is printed."""

    file: ClassVar[str] = "claim_spans.tsv"
    key: ClassVar[str] = "span_id"

    span_id: str
    claim_id: str
    part: int
    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    quote_start: str
    quote_end: str


class InconsistencyRow(Row):
    """Where the study disagrees with itself or with the public record."""

    file: ClassVar[str] = "inconsistencies.tsv"
    key: ClassVar[str] = "inconsistency_id"

    inconsistency_id: str
    number: int
    kind: str
    summary: str
    claims: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    status: Grade
    basis: str | None = None


class ResearchQuestionRow(Row):
    """A question that the study asks."""

    file: ClassVar[str] = "research_questions.tsv"
    key: ClassVar[str] = "question_id"

    question_id: str
    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    quote_start: str
    quote_end: str
    summary: str
    answering_claims: tuple[str, ...] = ()
    answer: str | None = None
    answer_status: Grade | None = None


class ThemeRow(Row):
    """A theme under which the source report frames its cases."""

    file: ClassVar[str] = "common_themes.tsv"
    key: ClassVar[str] = "theme_id"

    theme_id: str
    order: int
    label: str
    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    on_cqc_page: str | None = None


class NamedFrameworkRow(Row):
    """A framework or scheme that the study names."""

    file: ClassVar[str] = "frameworks_named.tsv"
    key: ClassVar[str] = "framework_id"

    framework_id: str
    name: str
    kind: str
    references: tuple[str, ...] = ()
    member_count_printed: str | None = None
    members_given: str | None = None
    scheme_code: str | None = None
    start: Position
    end: Position
    line_start: int
    line_end: int
    sha256: Sha256
    quote_start: str
    quote_end: str
    note: str | None = None


class NamedMemberRow(Row):
    """A member of a scheme that the study names."""

    file: ClassVar[str] = "framework_members.tsv"
    key: ClassVar[str] = "member_id"

    member_id: str
    framework_id: str
    order: int
    label: str
    line: int | None = None
    scheme_code: str | None = None


class ReferenceRow(Row):
    """An entry of the reference list."""

    file: ClassVar[str] = "references.tsv"
    key: ClassVar[str] = "reference"

    reference: str
    named_in_text: str | None = None
    resolved_to: str | None = None
    resolved_status: Grade | None = None
    occurrences: int | None = None
    lines: tuple[str, ...] = ()


class SourceRow(Row):
    """A public page that other rows give as their source."""

    file: ClassVar[str] = "sources.tsv"
    key: ClassVar[str] = "source_id"

    source_id: str
    url: str
    publisher: str | None = None
    title: str | None = None
    date: Date | None = None


class CaseTrustRow(Row):
    """A trust or location that a case is held to be."""

    file: ClassVar[str] = "case_trusts.tsv"
    key: ClassVar[str] = "case_trust_id"

    case_trust_id: str
    case: str
    kind: Literal["trust", "location"]
    org_code: str
    location_code: str | None = None
    name_at_the_time: str | None = None
    successor_code: str | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None
    confidence: Confidence
    status: Grade
    basis: str


class OrganisationRow(Row):
    """A trust or a location of the public record."""

    file: ClassVar[str] = "organisations.tsv"
    key: ClassVar[str] = "code"

    code: str
    level: Literal["trust", "location"]
    provider_code: str | None = None
    name: str
    kind: str
    valid_from: Date | None = None
    valid_to: Date | None = None
    successor_code: str | None = None
    case: str | None = None
    source: str
    note: str | None = None


class EventRow(Row):
    """A rating, a regulator's act or a merger of the public record."""

    file: ClassVar[str] = "organisations_history.tsv"
    key: ClassVar[str] = "event_id"

    event_id: str
    case: str | None = None
    code: str
    level: Literal["trust", "location"]
    event_type: Literal[
        "rating",
        "merger",
        "special_measures_recommended",
        "special_measures_placed",
        "special_measures_retained",
        "special_measures_exit_recommended",
        "special_measures_lifted",
        "financial_special_measures_placed",
        "recovery_support",
        "warning_notice",
        "registration_archived",
    ]
    date: Date | None = None
    date_precision: Precision
    inspection_period: tuple[str, ...] = ()
    overall_rating: str | None = None
    decided_by: str | None = None
    other_code: str | None = None
    source_url: str | None = None
    source_data: str | None = None
    status: Grade
    note: str | None = None


class Author(BaseModel):
    """An author, with the place among the authors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    order: int
    corresponding: bool = False
    affiliation: str | None = None


class ReportedIdentifier(BaseModel):
    """An identifier of the publication that a secondary index gives; unconfirmed, so never loaded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    value: str
    status: str
    basis: str | None = None


class Method(BaseModel):
    """How the study was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    design: str | None = None
    data_source: str | None = None
    data_source_url: str | None = None
    data_published: Date | None = None
    software: str | None = None
    framework: str | None = None
    cases: int | None = None


class Text(BaseModel):
    """The text file that positions count in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    code_points: int
    bytes: int | None = None
    line_feeds: int | None = None
    encoding: str | None = None
    newline: str | None = None
    offset_unit: str | None = None
    extractor: str | None = None
    note: str | None = None


class StudyRecord(BaseModel):
    """`study.json`: the bibliographic record of a study and of its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, AfterValidator(_identifier)]
    title: str
    edition: Annotated[str, AfterValidator(_edition)]
    type: str | None = None
    authors: tuple[Author, ...] = ()
    journal: str | None = None
    journal_abbreviation: str | None = None
    issn: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    article_number: str | None = None
    special_issue: str | None = None
    submitted: Date | None = None
    accepted: Date | None = None
    published: Date | None = None
    doi: str | None = None
    url: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    keywords: tuple[str, ...] = ()
    keywords_basis: str | None = None
    reported_identifiers: tuple[ReportedIdentifier, ...] = ()
    method: Method = Method()
    text: Text | None = None
    invented: bool = False


FILES: tuple[type[Row], ...] = (
    SourceRow, SpanRow, CaseRow, Table2Row, Table3Row, Table4Row, GridRow, RoleRow, ItemRow, ItemGroupRow, GroupRow,
    InitiativeRow, MentionRow, ClaimRow, ClaimSpanRow, InconsistencyRow, ResearchQuestionRow, ThemeRow,
    NamedFrameworkRow, NamedMemberRow, ReferenceRow, CaseTrustRow, OrganisationRow, EventRow,
)  # fmt: skip
"""The row model of every table that a study may have."""

NEEDED = ("cases.tsv", "coded_items.tsv")
"""The tables that every study has."""
