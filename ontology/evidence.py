"""Studies: their documents, cases, coded items, findings, claims, and where those disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from qikg.ontology.dates import PartialDate
from qikg.ontology.model import STATUSES, HowKnown, Node, Prop, Relationship, Status

VALUES = ("present", "absent", "undetermined")
"""What an assertion can say of a case and a concept."""

_PRINTED = ("Case", "Cell", "Claim", "CodedItem", "Concept", "Mention", "NamedFramework", "ResearchQuestion", "Theme")


class Study(Node):
    """A study whose findings are in the graph."""

    kind: ClassVar[str] = "study"
    id_rule: ClassVar[str] = "Short name, from its `study.json`: `williams-best-2022`."
    term: ClassVar[str] = "bibo:AcademicArticle"

    title: Annotated[str, Prop("Its title.", term="dcterms:title")]
    study_type: Annotated[str | None, Prop("What kind of publication it is, such as journal article.")] = None
    authors: Annotated[tuple[str, ...], Prop("Authors, in order.", term="bibo:authorList", ordered=True)] = ()
    corresponding_author: Annotated[str | None, Prop("Whom to write to.")] = None
    affiliations: Annotated[tuple[str, ...], Prop("Of the authors, each `name: address`.", ordered=True)] = ()
    journal: Annotated[str | None, Prop("Name of the journal.")] = None
    journal_abbreviation: Annotated[str | None, Prop("Name of the journal, abbreviated.")] = None
    issn: Annotated[str | None, Prop("ISSN of the journal.", term="bibo:issn")] = None
    year: Annotated[int | None, Prop("Year of publication.", term="dcterms:issued", unit="year")] = None
    volume: Annotated[str | None, Prop("Volume of the journal.", term="bibo:volume")] = None
    issue: Annotated[str | None, Prop("Issue of the volume.", term="bibo:issue")] = None
    article_number: Annotated[str | None, Prop("Number of the article.", term="bibo:number")] = None
    special_issue: Annotated[str | None, Prop("Title of the special issue that it stands in.")] = None
    submitted: Annotated[PartialDate | None, Prop("Day of submission.", term="dcterms:dateSubmitted")] = None
    accepted: Annotated[PartialDate | None, Prop("Day of acceptance.", term="dcterms:dateAccepted")] = None
    published: Annotated[PartialDate | None, Prop("Day of publication.", term="dcterms:available")] = None
    doi: Annotated[str | None, Prop("DOI of the publication.", term="bibo:doi")] = None
    url: Annotated[str | None, Prop("Address of the publication.", term="foaf:page", resource="address")] = None
    licence: Annotated[str | None, Prop("Licence of the publication.", term="dc:rights")] = None
    licence_url: Annotated[
        str | None, Prop("Address of the licence.", term="dcterms:license", resource="address")
    ] = None
    citation: Annotated[str | None, Prop("How to cite it.", term="dcterms:bibliographicCitation")] = None
    keywords: Annotated[tuple[str, ...], Prop("Its keywords.", term="dc:subject")] = ()
    keywords_basis: Annotated[str | None, Prop("Where the keywords come from.")] = None
    design: Annotated[str | None, Prop("Design of the study.")] = None
    software: Annotated[str | None, Prop("Software used.")] = None
    framework_used: Annotated[str | None, Prop("Framework that its data were coded with.")] = None
    data_source: Annotated[str | None, Prop("Where its data come from.")] = None
    data_source_url: Annotated[str | None, Prop("Address of the source of its data.")] = None
    data_published: Annotated[PartialDate | None, Prop("Day its data were published.")] = None
    case_count: Annotated[int | None, Prop("Number of cases.", unit="cases")] = None
    edition: Annotated[str | None, Prop("Edition of these data about the study.")] = None
    invented: Annotated[bool | None, Prop("Set where the study is an invented example.")] = None


class Document(Node):
    """A text of a study, known by its hash; the text itself is not here."""

    kind: ClassVar[str] = "document"
    id_rule: ClassVar[str] = "`<study>/text-<n>`: `williams-best-2022/text-1`."
    term: ClassVar[str] = "bibo:Document"

    sha256: Annotated[str, Prop("SHA-256 of its bytes, in hex.")]
    length: Annotated[int, Prop("Its length.", unit="Unicode code points")]
    byte_length: Annotated[int | None, Prop("Its length.", unit="bytes")] = None
    line_feeds: Annotated[int | None, Prop("Number of line feeds.")] = None
    encoding: Annotated[str | None, Prop("Character encoding of its bytes, such as UTF-8.")] = None
    newline: Annotated[str | None, Prop("How its lines end, such as LF.")] = None
    offset_unit: Annotated[str | None, Prop("What positions in it count, and from where.")] = None
    extractor: Annotated[str | None, Prop("Program and version that made the text.")] = None
    note: Annotated[str | None, Prop("What is to be known of the text.")] = None


class Span(Node):
    """A stretch of a document: positions, quote ends and hashes, never the words."""

    kind: ClassVar[str] = "span"
    id_rule: ClassVar[str] = "`<document>/<start>-<end>`: `williams-best-2022/text-1/629-763`."
    term: ClassVar[str] = "oa:TextPositionSelector"

    start: Annotated[int, Prop("First code point, from 0.", term="oa:start", unit="Unicode code points")]
    end: Annotated[int, Prop("End, exclusive.", term="oa:end", unit="Unicode code points")]
    line_start: Annotated[int | None, Prop("First line, from 1.")] = None
    line_end: Annotated[int | None, Prop("Last line, from 1.")] = None
    sha256: Annotated[str, Prop("SHA-256 of the exact words as UTF-8, in hex.")]
    skeleton_sha256: Annotated[str | None, Prop("SHA-256 of its letters and digits alone, in folded case.")] = None
    skeleton_length: Annotated[int | None, Prop("Number of those letters and digits.")] = None
    quote_start: Annotated[str | None, Prop("Its first words, six at most.")] = None
    quote_end: Annotated[str | None, Prop("Its last words, six at most.")] = None


class Case(Node):
    """A case, as its study describes it."""

    kind: ClassVar[str] = "case"
    id_rule: ClassVar[str] = "`<study>/case-<n>`: `williams-best-2022/case-1`."

    label: Annotated[str, Prop("Its name in the study.", term="rdfs:label")]
    number: Annotated[str, Prop("Its number or short name in the study.")]
    order: Annotated[int, Prop("Its place among the cases, from 1.")]
    chapter_order: Annotated[int | None, Prop("Place of its chapter in the source report.")] = None
    chapter_order_status: Annotated[Status | None, Prop("How that place is known.", vocabulary=STATUSES)] = None
    population_printed: Annotated[str | None, Prop("Population served, as printed.")] = None
    staff_printed: Annotated[str | None, Prop("Staff, as printed.")] = None
    beds_printed: Annotated[str | None, Prop("Beds, as printed.")] = None
    detail_printed: Annotated[str | None, Prop("Further detail, as printed.")] = None
    check_value: Annotated[str | None, Prop("What the public record has, where it differs.")] = None
    check_basis: Annotated[str | None, Prop("What the check rests on.")] = None
    table4_x_printed: Annotated[int | None, Prop("Crosses printed in its row of Table 4.")] = None
    table4_blanks: Annotated[int | None, Prop("Blanks in its row of Table 4.")] = None
    table4_line: Annotated[int | None, Prop("Line of its row of Table 4.")] = None


class Cell(Node):
    """A cell of a printed table, as printed, beside what was checked."""

    kind: ClassVar[str] = "cell"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/T3-8-2`."

    table: Annotated[str, Prop("Which table it stands in, such as Table 3.")]
    attribute: Annotated[str | None, Prop("What the cell is about.")] = None
    printed: Annotated[str, Prop("What is printed in it.")]
    value: Annotated[str | None, Prop("Our reading of what is printed.")] = None
    check_result: Annotated[str | None, Prop("How it compares with the public record.")] = None
    check_value: Annotated[str | None, Prop("What the public record has.")] = None
    check_basis: Annotated[str | None, Prop("What the check rests on.")] = None
    check_url: Annotated[str | None, Prop("Address where the public record was seen.")] = None
    sequence: Annotated[int | None, Prop("Place of the date in its row, from 1.")] = None
    cell_sequence: Annotated[int | None, Prop("Place of the cell in its row, from 1.")] = None
    date: Annotated[PartialDate | None, Prop("The date, as ISO 8601.", term="dcterms:date")] = None
    date_type: Annotated[str | None, Prop("Whether the date is of an inspection or of a report.")] = None
    date_type_status: Annotated[Status | None, Prop("How the kind of date is known.", vocabulary=STATUSES)] = None
    column: Annotated[str | None, Prop("Column it stands in; empty where that is undetermined.")] = None
    column_options: Annotated[tuple[str, ...], Prop("Columns it may stand in, where undetermined.")] = ()
    status: Annotated[Status, Prop("How the reading is known; of Table 3, how its column is.", vocabulary=STATUSES)]
    basis: Annotated[str | None, Prop("What the reading rests on.")] = None


class CodedItem(Node):
    """A passage or mention that a study coded to a concept."""

    kind: ClassVar[str] = "coded-item"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/L1`."
    term: ClassVar[str] = "oa:Annotation"
    also: ClassVar[Mapping[str, str]] = {
        "Excerpt": "An excerpt of the source.",
        "AuthorMention": "An initiative named in a sentence of the authors; never counted as an excerpt.",
    }

    label: Annotated[str, Prop("Its short name in the study.", term="rdfs:label")]
    voice: Annotated[
        str,
        Prop("Who speaks, by our reading.", vocabulary=("participant_quotation", "narrative", "mixed",
                                                       "author_mention")),
    ]  # fmt: skip
    summary: Annotated[str, Prop("What it says, in our own words.", term="dcterms:abstract")]
    text_note: Annotated[str | None, Prop("Oddities of its text.")] = None
    status: Annotated[Status, Prop("How it is known that it was coded so.", vocabulary=STATUSES)]


class Mention(Node):
    """A place in the text where an initiative is named."""

    kind: ClassVar[str] = "mention"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/IN01-1`."

    section: Annotated[str | None, Prop("Section of the text.")] = None
    note: Annotated[str | None, Prop("What else is to be known.")] = None


class Assertion(Node):
    """A finding about a case and a concept."""

    kind: ClassVar[str] = "assertion"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/T4-1-LEAD`."

    value: Annotated[str, Prop("What is found.", vocabulary=VALUES)]
    status: HowKnown
    basis_kind: Annotated[str | None, Prop("What kind of reasoning it rests on.")] = None
    basis: Annotated[str | None, Prop("What it rests on.")] = None
    premises: Annotated[tuple[str, ...], Prop("Premises of its reasoning, such as counts or discussion.")] = ()


class CandidateGrid(Node):
    """One way to fill the undetermined cells of a table that fits all that is known. Never a finding."""

    kind: ClassVar[str] = "candidate-grid"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/G01`."

    label: Annotated[str | None, Prop("Its short name.", term="rdfs:label")] = None
    eighth_blank: Annotated[str | None, Prop("Challenge of the blank that the text does not count.")] = None
    fits_discussion: Annotated[bool | None, Prop("Whether it fits the sentence of the Discussion too.")] = None


class Claim(Node):
    """What the prose of a study claims, and how that fared against its own tables or the public record."""

    kind: ClassVar[str] = "claim"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/K1`."

    section: Annotated[str | None, Prop("Section of the text.")] = None
    order: Annotated[int, Prop("Place in the list, from 1.")]
    line: Annotated[int | None, Prop("First line of the text.")] = None
    lines: Annotated[tuple[str, ...], Prop("Lines of the text.", ordered=True)] = ()
    quantifier: Annotated[str | None, Prop("How much it claims.")] = None
    summary: Annotated[str, Prop("What it claims, in our own words.", term="dcterms:abstract")]
    check_result: Annotated[
        str, Prop("How it fared.", vocabulary=("agrees", "disagrees", "not_contradicted", "untested"))
    ]
    check_status: Annotated[Status, Prop("How it is known how it fared.", vocabulary=STATUSES)]
    checked_against: Annotated[str | None, Prop("What it was checked against.", term="qikg:checkedAgainstText")] = None
    note: Annotated[str | None, Prop("Why it fared so.")] = None


class Inconsistency(Node):
    """Where a study disagrees with itself or with the public record."""

    kind: ClassVar[str] = "inconsistency"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/INC01`."

    order: Annotated[int, Prop("Place in the list, from 1.")]
    inconsistency_kind: Annotated[str | None, Prop("What kind of thing disagrees, such as count or wording.")] = None
    summary: Annotated[str, Prop("What disagrees with what.", term="dcterms:abstract")]
    lines: Annotated[tuple[str, ...], Prop("Lines of the text.", ordered=True)] = ()
    status: HowKnown
    basis: Annotated[str | None, Prop("What it rests on.")] = None


class ResearchQuestion(Node):
    """A question that a study asks."""

    kind: ClassVar[str] = "research-question"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/RQ1`."

    summary: Annotated[str, Prop("The question, in our own words.", term="dcterms:abstract")]
    answer: Annotated[str | None, Prop("The study's answer, in our own words.")] = None
    answer_status: Annotated[Status | None, Prop("How the answer is known.", vocabulary=STATUSES)] = None


class Theme(Node):
    """A theme under which the source report frames its cases."""

    kind: ClassVar[str] = "theme"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/TH1`."

    label: Annotated[str, Prop("Its name.", term="rdfs:label")]
    order: Annotated[int, Prop("Its place in the list, from 1.")]
    on_cqc_page: Annotated[
        str | None, Prop("Whether the page of the report confirms it.", vocabulary=("yes", "no", "not_checked"))
    ] = None


class NamedFramework(Node):
    """A framework or scheme that a study names."""

    kind: ClassVar[str] = "named-framework"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/FN01`."

    label: Annotated[str, Prop("As the study names it.", term="rdfs:label")]
    scheme_kind: Annotated[str | None, Prop("What kind of scheme it is, such as framework.")] = None
    member_count_printed: Annotated[str | None, Prop("How many members the text gives it.")] = None
    members_given: Annotated[str | None, Prop("Whether the text lists them.")] = None
    note: Annotated[str | None, Prop("What else is to be known.")] = None


class NamedConcept(Node):
    """A member of a scheme, as a study names it."""

    kind: ClassVar[str] = "named-concept"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/FN01-1`."

    label: Annotated[str, Prop("As the study names it.", term="rdfs:label")]
    order: Annotated[int, Prop("Its place in the scheme, from 1.")]
    line: Annotated[int | None, Prop("Line of the text.")] = None


class Reference(Node):
    """An entry of a study's reference list."""

    kind: ClassVar[str] = "reference"
    id_rule: ClassVar[str] = "`<study>/ref-<n>`: `williams-best-2022/ref-1`."
    term: ClassVar[str] = "bibo:Document"

    number: Annotated[str, Prop("Its number in the list.")]
    named_in_text: Annotated[str | None, Prop("What the text calls it.")] = None
    resolved_to: Annotated[str | None, Prop("DOI, ISBN or address that it is.")] = None
    resolved_status: Annotated[Status | None, Prop("How it is known what it is.", vocabulary=STATUSES)] = None
    occurrences: Annotated[int | None, Prop("How often it is cited.")] = None
    lines: Annotated[tuple[str, ...], Prop("Lines where it is cited.", ordered=True)] = ()


class Initiative(Node):
    """A named programme, tool or method, or a practice without a name."""

    kind: ClassVar[str] = "initiative"
    id_rule: ClassVar[str] = "`<study>/<id in its file>`: `williams-best-2022/IN01`."

    label: Annotated[str, Prop("Its name, or a description.", term="rdfs:label")]
    initiative_kind: Annotated[str, Prop("What kind it is, such as named_programme.")]
    public_name: Annotated[str | None, Prop("Its public name, where the study masks it.")] = None
    public_name_status: Annotated[Status | None, Prop("How the public name is known.", vocabulary=STATUSES)] = None
    note: Annotated[str | None, Prop("What else is to be known.")] = None
    url: Annotated[str | None, Prop("Where more is found.", term="foaf:page", resource="address")] = None


class StakeholderGroup(Node):
    """Who took part: a group, never a person."""

    kind: ClassVar[str] = "stakeholder-group"
    id_rule: ClassVar[str] = "`<study>/SG:<name>`: `williams-best-2022/SG:PATIENTS`."

    label: Annotated[str, Prop("Its name.", term="rdfs:label")]
    group_kind: Annotated[str | None, Prop("What kind of group it is, such as staff.")] = None
    item_count: Annotated[int | None, Prop("Coded items in which it appears.", unit="coded items")] = None
    note: Annotated[str | None, Prop("What else is to be known.")] = None


class TextOf(Relationship):
    """A document is the text of a study."""

    type: ClassVar[str] = "TEXT_OF"
    term: ClassVar[str] = "dcterms:isFormatOf"
    starts: ClassVar[tuple[str, ...]] = ("Document",)
    ends: ClassVar[tuple[str, ...]] = ("Study",)


class Examines(Relationship):
    """A study examines a case."""

    type: ClassVar[str] = "EXAMINES"
    starts: ClassVar[tuple[str, ...]] = ("Study",)
    ends: ClassVar[tuple[str, ...]] = ("Case",)


class InDocument(Relationship):
    """A span is a stretch of a document."""

    type: ClassVar[str] = "IN_DOCUMENT"
    term: ClassVar[str] = "dcterms:isPartOf"
    starts: ClassVar[tuple[str, ...]] = ("Span",)
    ends: ClassVar[tuple[str, ...]] = ("Document",)


class PrintedAt(Relationship):
    """Something is printed at a span; a claim may be printed in several parts."""

    type: ClassVar[str] = "PRINTED_AT"
    starts: ClassVar[tuple[str, ...]] = _PRINTED
    ends: ClassVar[tuple[str, ...]] = ("Span",)

    part: Annotated[int | None, Prop("Which part of it, from 1.")] = None
    note: Annotated[str | None, Prop("What is printed there.")] = None


class OfCase(Relationship):
    """Something belongs to the story of a case."""

    type: ClassVar[str] = "OF_CASE"
    starts: ClassVar[tuple[str, ...]] = ("Cell", "Mention", "Organisation", "Location", "Rating", "RegulatoryAction")
    ends: ClassVar[tuple[str, ...]] = ("Case",)

    status: HowKnown


class HasRole(Relationship):
    """A study gives a concept a part in a system, or says that it has none."""

    type: ClassVar[str] = "HAS_ROLE"
    starts: ClassVar[tuple[str, ...]] = ("Concept",)
    ends: ClassVar[tuple[str, ...]] = ("NamedConcept",)

    value: Annotated[str, Prop("Whether the concept has the part.", vocabulary=VALUES)]
    printed: Annotated[str | None, Prop("Header that says so, as printed.")] = None
    status: HowKnown
    note: Annotated[str | None, Prop("What else is to be known.")] = None


class IdentifiedAs(Relationship):
    """A case is held to be a trust or a place. Never better than inferred where the study names none."""

    type: ClassVar[str] = "IDENTIFIED_AS"
    starts: ClassVar[tuple[str, ...]] = ("Case",)
    ends: ClassVar[tuple[str, ...]] = ("Organisation", "Location")
    identity: ClassVar[tuple[str, ...]] = ("since",)

    record: Annotated[str | None, Prop("Id of the row that says so.")] = None
    since: Annotated[PartialDate | None, Prop("First day of the organisation or registration.")] = None
    until: Annotated[PartialDate | None, Prop("Last day of the organisation or registration.")] = None
    name_at_the_time: Annotated[str | None, Prop("Its name at the time of the case.")] = None
    trust_at_the_time: Annotated[str | None, Prop("Code of its trust at the time of the case.")] = None
    confidence: Annotated[float | None, Prop("How sure it is, as judged by its author.", unit="0 to 1")] = None
    basis: Annotated[str | None, Prop("What it rests on.")] = None
    status: HowKnown


class FromCase(Relationship):
    """A coded item comes from a case."""

    type: ClassVar[str] = "FROM_CASE"
    starts: ClassVar[tuple[str, ...]] = ("CodedItem",)
    ends: ClassVar[tuple[str, ...]] = ("Case",)


class CodedAs(Relationship):
    """A coder gave a coded item a concept."""

    type: ClassVar[str] = "CODED_AS"
    term: ClassVar[str] = "oa:hasBody"
    starts: ClassVar[tuple[str, ...]] = ("CodedItem",)
    ends: ClassVar[tuple[str, ...]] = ("Concept",)
    identity: ClassVar[tuple[str, ...]] = ("coder",)

    coder: Annotated[str, Prop("Who coded it; `authors` for the authors of the study.")]
    date: Annotated[PartialDate | None, Prop("When it was coded.", term="dcterms:date")] = None
    valence: Annotated[int | None, Prop("Strength and direction of the influence.", unit="-2 to +2")] = None
    status: HowKnown


class Mentions(Relationship):
    """A coded item speaks of an initiative, or of a group of people."""

    type: ClassVar[str] = "MENTIONS"
    term: ClassVar[str] = "dcterms:references"
    starts: ClassVar[tuple[str, ...]] = ("CodedItem",)
    ends: ClassVar[tuple[str, ...]] = ("Initiative", "StakeholderGroup")

    basis: Annotated[str | None, Prop("What it rests on.")] = None
    status: HowKnown


class Names(Relationship):
    """A place in the text names an initiative."""

    type: ClassVar[str] = "NAMES"
    starts: ClassVar[tuple[str, ...]] = ("Mention",)
    ends: ClassVar[tuple[str, ...]] = ("Initiative",)


class Within(Relationship):
    """A mention stands inside a coded item or a claim."""

    type: ClassVar[str] = "WITHIN"
    starts: ClassVar[tuple[str, ...]] = ("Mention",)
    ends: ClassVar[tuple[str, ...]] = ("CodedItem", "Claim")


class AboutCase(Relationship):
    """A finding or a claim is about a case."""

    type: ClassVar[str] = "ABOUT_CASE"
    starts: ClassVar[tuple[str, ...]] = ("Assertion", "Claim")
    ends: ClassVar[tuple[str, ...]] = ("Case",)


class AboutConcept(Relationship):
    """A finding or a claim is about a concept."""

    type: ClassVar[str] = "ABOUT_CONCEPT"
    starts: ClassVar[tuple[str, ...]] = ("Assertion", "Claim")
    ends: ClassVar[tuple[str, ...]] = ("Concept",)


class SupportedBy(Relationship):
    """A finding is supported by a coded item."""

    type: ClassVar[str] = "SUPPORTED_BY"
    starts: ClassVar[tuple[str, ...]] = ("Assertion",)
    ends: ClassVar[tuple[str, ...]] = ("CodedItem",)


class Addresses(Relationship):
    """A case takes on a concept (derived from an assertion with the value present)."""

    type: ClassVar[str] = "ADDRESSES"
    starts: ClassVar[tuple[str, ...]] = ("Case",)
    ends: ClassVar[tuple[str, ...]] = ("Concept",)
    identity: ClassVar[tuple[str, ...]] = ("assertion",)
    derived: ClassVar[str] = "Assertion"

    assertion: Annotated[str, Prop("Id of the assertion that says so.")]


class LeavesBlank(Relationship):
    """A candidate grid leaves a cell blank."""

    type: ClassVar[str] = "LEAVES_BLANK"
    starts: ClassVar[tuple[str, ...]] = ("CandidateGrid",)
    ends: ClassVar[tuple[str, ...]] = ("Assertion",)


class MadeIn(Relationship):
    """Something is part of a study."""

    type: ClassVar[str] = "MADE_IN"
    term: ClassVar[str] = "dcterms:isPartOf"
    starts: ClassVar[tuple[str, ...]] = ("Claim", "Inconsistency", "ResearchQuestion", "Theme", "NamedFramework",
                                         "Reference", "Initiative", "StakeholderGroup", "CandidateGrid",
                                         "Mention", "CodedItem", "Assertion", "Cell")  # fmt: skip
    ends: ClassVar[tuple[str, ...]] = ("Study",)


class CheckedAgainst(Relationship):
    """A claim or a cell was checked against something that has an id."""

    type: ClassVar[str] = "CHECKED_AGAINST"
    starts: ClassVar[tuple[str, ...]] = ("Claim", "Cell")
    ends: ClassVar[tuple[str, ...]] = ("Claim", "CodedItem", "Assertion", "Cell", "Rating", "RegulatoryAction")


class AnsweredBy(Relationship):
    """A research question is answered by a claim."""

    type: ClassVar[str] = "ANSWERED_BY"
    starts: ClassVar[tuple[str, ...]] = ("ResearchQuestion",)
    ends: ClassVar[tuple[str, ...]] = ("Claim",)


class Involves(Relationship):
    """An inconsistency concerns something."""

    type: ClassVar[str] = "INVOLVES"
    starts: ClassVar[tuple[str, ...]] = ("Inconsistency",)
    ends: ClassVar[tuple[str, ...]] = ("Claim", "Cell", "Assertion", "CodedItem", "Concept")


class UsedIn(Relationship):
    """An initiative was used in a case."""

    type: ClassVar[str] = "USED_IN"
    starts: ClassVar[tuple[str, ...]] = ("Initiative",)
    ends: ClassVar[tuple[str, ...]] = ("Case",)

    status: HowKnown


class MemberOf(Relationship):
    """A member belongs to a scheme that a study names."""

    type: ClassVar[str] = "MEMBER_OF"
    starts: ClassVar[tuple[str, ...]] = ("NamedConcept",)
    ends: ClassVar[tuple[str, ...]] = ("NamedFramework",)


class RefersTo(Relationship):
    """What a study names is one of the frameworks or concepts of this graph."""

    type: ClassVar[str] = "REFERS_TO"
    starts: ClassVar[tuple[str, ...]] = ("NamedFramework", "NamedConcept")
    ends: ClassVar[tuple[str, ...]] = ("Framework", "Concept")


class Cites(Relationship):
    """A study gives a reference for a scheme that it names."""

    type: ClassVar[str] = "CITES"
    term: ClassVar[str] = "dcterms:references"
    starts: ClassVar[tuple[str, ...]] = ("NamedFramework",)
    ends: ClassVar[tuple[str, ...]] = ("Reference",)


NODES: tuple[type[Node], ...] = (
    Study,
    Document,
    Span,
    Case,
    Cell,
    CodedItem,
    Mention,
    Assertion,
    CandidateGrid,
    Claim,
    Inconsistency,
    ResearchQuestion,
    Theme,
    NamedFramework,
    NamedConcept,
    Reference,
    Initiative,
    StakeholderGroup,
)
RELATIONSHIPS: tuple[type[Relationship], ...] = (
    TextOf,
    Examines,
    InDocument,
    PrintedAt,
    OfCase,
    HasRole,
    IdentifiedAs,
    FromCase,
    CodedAs,
    Mentions,
    Names,
    Within,
    AboutCase,
    AboutConcept,
    SupportedBy,
    Addresses,
    LeavesBlank,
    MadeIn,
    CheckedAgainst,
    AnsweredBy,
    Involves,
    UsedIn,
    MemberOf,
    RefersTo,
    Cites,
)
