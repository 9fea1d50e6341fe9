"""Golden results: the right answers to the first questions, worked out from the data files alone.

Nothing here reads a query, a loader or the ontology's classes: it is a second, independent way to the same answers, in
the standard library only. Each function stands for one question and says from which columns of which files it works.

    python tests/golden/make_golden.py [STUDY FRAMEWORKS MAPPING] [--out FOLDER]

STUDY is the folder of the study's files, FRAMEWORKS the folder of the framework tables, MAPPING the SSSOM file; without
them, those of this checkout. The same files are written whichever copy of the data is read.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from calendar import month_name, monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

Record = dict[str, str]
Value = str | int | float | bool | None | list[str]
Row = dict[str, Value]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STUDY = "williams-best-2022"
MAPPING_SET = "quaser-musiq-cfir"
NO_TERM = "sssom:NoTermFound"

STATUS = {
    "stated": "stated",
    "certain": "stated",
    "inferred": "inferred",
    "reported": "inferred",
    "open": "undetermined",
    "undetermined": "undetermined",
}
WEAKNESS = ("stated", "inferred", "undetermined")
"""From the best to the weakest."""
REACH = ("same", "carries", "near", "possible", "related")
"""From the furthest to the least."""
REACH_OF = {
    "skos:exactMatch": "same",
    "skos:broadMatch": "carries",
    "skos:closeMatch": "near",
    "skos:narrowMatch": "possible",
    "skos:relatedMatch": "related",
}
BACKWARDS = {"skos:narrowMatch": "skos:broadMatch", "skos:broadMatch": "skos:narrowMatch"}
SCORE = {"Inadequate": 1, "Requires improvement": 2, "Good": 3, "Outstanding": 4}


# ---------------------------------------------------------------------------------------------------------- reading


def read_table(path: Path) -> list[Record]:
    """The rows of a tab-separated file without quoting; lines that start with # are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def members(cell: str) -> list[str]:
    """The members of a list inside a cell, parted by |."""
    return [part for part in cell.split("|") if part]


def of_study(name: str) -> str:
    return f"{STUDY}/{name}"


def case_id(number: str) -> str:
    return f"{STUDY}/case-{number}"


def line_text(record: Record) -> str:
    """`421`, or `386-387` where the place has more than one line."""
    first, last = record["line_start"], record["line_end"]
    return first if first == last else f"{first}-{last}"


def weakest(*statuses: str) -> str:
    return max(statuses, key=WEAKNESS.index)


def is_excerpt(item: Record) -> bool:
    """An author mention is a coded item and no excerpt."""
    return item["kind"] != "author_mention"


def earliest(text: str) -> date:
    """First day that a partial date allows."""
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def latest(text: str) -> date:
    """Last day that a partial date allows."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    return date(parts[0], parts[1], parts[2])


@dataclass(frozen=True)
class Mapping:
    """One row of the SSSOM file; `object` is None where the judgement was that no close term exists."""

    record: str
    subject: str
    predicate: str
    object: str | None
    judged_against: str
    confidence: float
    justification: str
    basis: str

    @property
    def id(self) -> str:
        return f"{MAPPING_SET}/{self.record}"

    @property
    def status(self) -> str:
        return "stated" if self.basis == "publication (pair seen)" else "inferred"

    def common(self) -> Row:
        """What every row that rests on this mapping says of it."""
        return {
            "mapping": self.id,
            "confidence": self.confidence,
            "justification": self.justification,
            "basis": self.basis,
            "status": self.status,
        }


@dataclass(frozen=True)
class Reading:
    """A mapping as read from one of its two concepts to the other."""

    mapping: Mapping
    direction: str
    predicate: str
    other: str

    @property
    def reach(self) -> str:
        return REACH_OF[self.predicate]

    @property
    def rank(self) -> tuple[int, float, str]:
        """Best first: how far it reaches, then the confidence, then the id."""
        return REACH.index(self.reach), -self.mapping.confidence, self.mapping.id


@dataclass(frozen=True)
class Succession:
    old: str
    new: str
    date: str
    status: str


class Data:
    """All files, read once, with the few look-ups that several questions share."""

    def __init__(self, study: Path, frameworks: Path, mapping: Path) -> None:
        def table(name: str) -> list[Record]:
            return read_table(study / f"{name}.tsv")

        self.study = study
        self.schemes = read_table(frameworks.parent / "frameworks.tsv")
        self.claim_spans = table("claim_spans")
        self.roles = table("challenge_roles")
        self.ontology = frameworks.parent
        self.record = json.loads((study / "study.json").read_text(encoding="utf-8"))
        self.cases = table("cases")
        self.items = table("coded_items")
        self.cells = table("table4_cells")
        self.identifications = table("case_trusts")
        self.organisations = {row["code"]: row for row in table("organisations")}
        self.events = table("organisations_history")
        self.initiatives = {row["initiative_id"]: row for row in table("initiatives")}
        self.mentions = table("initiative_mentions")
        self.claims = table("claims")
        self.inconsistencies = table("inconsistencies")
        self.table2 = table("table2_cells")
        self.table3 = table("table3_dates")
        self.sources = table("sources")
        self.item_stakeholders = table("item_stakeholders")
        self.groups = table("stakeholder_groups")
        self.references = table("references")
        self.research_questions = table("research_questions")

        # frameworks: code -> label, parent; only files that are tables of codes
        self.label: dict[str, str] = {}
        self.parent: dict[str, str] = {}
        for path in sorted(frameworks.glob("*.tsv")):
            rows = read_table(path)
            if rows and {"code", "parent_code", "label"} <= rows[0].keys():
                for row in rows:
                    if row["parent_code"]:  # the row without one is the framework itself
                        self.label[row["code"]] = row["label"]
                        self.parent[row["code"]] = row["parent_code"]
        self.relations = read_table(frameworks / "musiq_relations.tsv")
        self.challenges = [code for code in self.label if framework_of(code) == "QUASER"]
        self.mappings = [mapping_of(row) for row in read_table(mapping)]

    def concepts(self, framework: str) -> list[str]:
        return [code for code in self.label if framework_of(code) == framework]

    def case_label(self, number: str) -> str:
        return next(row["label"] for row in self.cases if row["case"] == number)

    def items_of(self, challenge: str, case: str | None = None) -> list[Record]:
        return [i for i in self.items if i["challenge"] == challenge and (case is None or i["case"] == case)]

    def places(self, case: str) -> list[str]:
        """Trust or hospital of a case: the location where the case is one, else the organisation."""
        return [
            row["location_code"] if row["kind"] == "location" else row["org_code"]
            for row in self.identifications
            if row["case"] == case
        ]

    def place_confidence(self, case: str) -> float:
        return min(float(row["confidence"]) for row in self.identifications if row["case"] == case)

    def readings(self, concept: str) -> list[Reading]:
        """Mappings with a term at both ends, read from this concept to the other, best first."""
        found = []
        for m in self.mappings:
            if m.object is None:
                continue
            if m.subject == concept:
                found.append(Reading(m, "out", m.predicate, m.object))
            if m.object == concept:
                found.append(Reading(m, "in", BACKWARDS.get(m.predicate, m.predicate), m.subject))
        return sorted(found, key=lambda reading: reading.rank)

    def judgements(self, concept: str, against: Iterable[str]) -> list[Mapping]:
        """Rows that judge that no term of one of these frameworks is close to the concept."""
        frameworks = set(against)
        return [
            m for m in self.mappings if m.object is None and m.subject == concept and m.judged_against in frameworks
        ]

    def ancestors(self, concept: str) -> Iterator[str]:
        while (concept := self.parent.get(concept, "")) in self.label:
            yield concept

    def successions(self) -> list[Succession]:
        """One for each pair: the merger's date and status, else the day after the end of the predecessor.

        A pair that no merger event gives is inferred: its day is worked out from another fact.
        """
        merged = {(e["code"], e["other_code"]): e for e in self.events if e["event_type"] == "merger"}
        pairs = set(merged)
        pairs |= {(o["code"], o["successor_code"]) for o in self.organisations.values() if o["successor_code"]}
        pairs |= {
            (row["location_code"] if row["kind"] == "location" else row["org_code"], row["successor_code"])
            for row in self.identifications
            if row["successor_code"]
        }
        found = []
        for old, new in sorted(pairs):
            if event := merged.get((old, new)):
                found.append(Succession(old, new, event["date"], STATUS[event["status"]]))
            else:
                end = date.fromisoformat(self.organisations[old]["valid_to"])
                found.append(Succession(old, new, (end + timedelta(days=1)).isoformat(), "inferred"))
        return found

    def use_status(self, initiative: str, case: str) -> str:
        """How it is known that an initiative was used in a case: stated where one place in the text names it for it."""
        grades = {
            STATUS[m["case_status"]] for m in self.mentions if m["initiative_id"] == initiative and m["case"] == case
        }
        return "stated" if "stated" in grades else "inferred"

    def ratings(self, place: str) -> list[Record]:
        """Overall ratings of a place, oldest first."""
        rows = [e for e in self.events if e["event_type"] == "rating" and e["code"] == place]
        return sorted(rows, key=lambda e: (earliest(e["date"]), rating_id(e)))


def framework_of(code: str) -> str:
    return code.partition(":")[0]


def mapping_of(row: Record) -> Mapping:
    basis = re.search(r"\[basis: ([^\]]*)\]", row["comment"])
    return Mapping(
        record=row["record_id"].partition(":")[2],
        subject=row["subject_id"],
        predicate=row["predicate_id"],
        object=None if row["object_id"] == NO_TERM else row["object_id"],
        judged_against=row["object_source"].partition(":")[2],
        confidence=float(row["confidence"]),
        justification=row["mapping_justification"],
        basis=basis[1] if basis else "",
    )


def rating_id(event: Record) -> str:
    value = event["overall_rating"].upper().replace(" ", "_")
    return f"{event['code']}/{event['date']}/OVERALL/OVERALL/{value}"


# --------------------------------------------------------------------------------------------------------- challenges


def premised(cell: Record, without_premise: Iterable[str]) -> tuple[str, str]:
    """Value and status of a cell of Table 4; undetermined where its premises name one that is not granted."""
    if set(members(cell["premises"])) & set(without_premise):
        return "undetermined", "undetermined"
    return cell["value"], STATUS[cell["status"]]


def case_matrix(data: Data, without_premise: Iterable[str] = (), status: str = "undetermined") -> list[Row]:
    """Cases by challenges.

    `table4_cells.tsv`: case, challenge, value, status, premises; `coded_items.tsv`: case, challenge, kind (for the
    counts); `cases.tsv`: label. `status` keeps cells known at least so well, as the general option does.
    """
    rows: list[Row] = []
    for cell in data.cells:
        value, known = premised(cell, without_premise)
        if WEAKNESS.index(known) > WEAKNESS.index(status):
            continue
        items = data.items_of(cell["challenge"], cell["case"])
        rows.append(
            {
                "case": case_id(cell["case"]),
                "case_label": data.case_label(cell["case"]),
                "challenge": cell["challenge"],
                "challenge_label": data.label[cell["challenge"]],
                "value": value,
                "status": known,
                "excerpts": sum(map(is_excerpt, items)),
                "mentions": sum(not is_excerpt(item) for item in items),
                "cell": of_study(cell["cell_id"]),
            }
        )
    return rows


def challenge_evidence(data: Data, challenge: str) -> list[Row]:
    """Every coded item of a challenge.

    `coded_items.tsv`: item_id, challenge, case, kind, start, end, line_start, line_end, quote_start, quote_end,
    summary; `case_trusts.tsv`: kind, org_code, location_code, confidence (for the places, always inferred). The coding
    itself is stated: the text prints the case number behind the item, under the heading of the challenge.
    """
    return [
        {
            "item": of_study(item["item_id"]),
            "counted_as": "excerpt" if is_excerpt(item) else "mention",
            "case": case_id(item["case"]),
            "case_label": data.case_label(item["case"]),
            "places": list(data.places(item["case"])),
            "place_status": "inferred",
            "place_confidence": data.place_confidence(item["case"]),
            "voice": item["kind"],
            "summary": item["summary"],
            "lines": line_text(item),
            "span": f"{STUDY}/text-1/{item['start']}-{item['end']}",
            "quote_start": item["quote_start"],
            "quote_end": item["quote_end"],
            "status": "stated",
            "coder": "authors",
        }
        for item in data.items_of(challenge)
    ]


def challenge_coverage(data: Data, without_premise: Iterable[str] = (), status: str = "undetermined") -> list[Row]:
    """Counts for each challenge.

    `table4_cells.tsv`: challenge, case, value, status, premises; `coded_items.tsv`: challenge, case, kind;
    `cases.tsv`: case. A cell weaker than `status` is left out, and then neither present, absent nor undetermined.
    Cases without an excerpt are counted among all cases, whatever their cells say.
    """
    rows: list[Row] = []
    for challenge in data.challenges:
        counts: Counter[str] = Counter()
        counted = []
        for cell in data.cells:
            if cell["challenge"] != challenge:
                continue
            value, known = premised(cell, without_premise)
            if WEAKNESS.index(known) > WEAKNESS.index(status):
                counts["left_out"] += 1
                continue
            counts[value] += 1
            if value != "undetermined":
                counted.append(known)
        items = data.items_of(challenge)
        shown = {item["case"] for item in items if is_excerpt(item)}
        without = [case_id(row["case"]) for row in data.cases if row["case"] not in shown]
        rows.append(
            {
                "challenge": challenge,
                "challenge_label": data.label[challenge],
                "present": counts["present"],
                "absent": counts["absent"],
                "undetermined": counts["undetermined"],
                "left_out": counts["left_out"],
                "excerpts": sum(map(is_excerpt, items)),
                "mentions": sum(not is_excerpt(item) for item in items),
                "cases_without_excerpt": len(without),
                "which_without_excerpt": list(without),
                "status": weakest(*counted),
            }
        )
    return rows


def initiatives_by_challenge(data: Data) -> list[Row]:
    """Initiatives in the passages coded to each challenge; a challenge without any keeps a row.

    `coded_items.tsv`: challenge, case, kind, initiatives; `initiatives.tsv`: label, kind. The data grade no link from
    an item to an initiative: it is stated. The row of a challenge without one gives no status.
    """
    rows: list[Row] = []
    for challenge in data.challenges:
        items = data.items_of(challenge)
        named = sorted({name for item in items for name in members(item["initiatives"])})
        for name in named:
            of_it = [item for item in items if name in members(item["initiatives"])]
            rows.append(
                {
                    "challenge": challenge,
                    "challenge_label": data.label[challenge],
                    "initiative": of_study(name),
                    "initiative_label": data.initiatives[name]["label"],
                    "kind": data.initiatives[name]["kind"],
                    "cases": sorted({case_id(item["case"]) for item in of_it}),
                    "items": [of_study(item["item_id"]) for item in of_it],
                    "voices": sorted({item["kind"] for item in of_it}),
                    "excerpts": sum(map(is_excerpt, of_it)),
                    "mentions": sum(not is_excerpt(item) for item in of_it),
                    "status": "stated",
                }
            )
        if not named:
            rows.append(
                {
                    "challenge": challenge,
                    "challenge_label": data.label[challenge],
                    "initiative": None,
                    "items": [],
                    "excerpts": 0,
                    "mentions": 0,
                }
            )
    return rows


# ---------------------------------------------------------------------------------------------------------- crosswalk


def concept_mappings(data: Data, concept: str) -> list[Row]:
    """Every mapping that names a concept, at either end.

    The SSSOM file: record_id, subject_id, predicate_id, object_id, object_source, confidence, mapping_justification,
    comment (`[basis: …]`). Labels are those of the framework tables. The predicate is left out where no term was
    found.
    """
    rows: list[Row] = [
        {
            "direction": reading.direction,
            "predicate": reading.predicate,
            "negated": False,
            "other": reading.other,
            "other_label": data.label[reading.other],
            "framework": framework_of(reading.other),
            "verdict": "mapped",
            "reach": reading.reach,
            "mapping_set": MAPPING_SET,
            **reading.mapping.common(),
        }
        for reading in data.readings(concept)
    ]
    rows += [
        {
            "direction": "out",
            "negated": False,
            "other": None,
            "framework": m.judged_against,
            "verdict": "judged: no close term",
            "reach": None,
            "mapping_set": MAPPING_SET,
            **m.common(),
        }
        for m in data.mappings
        if m.object is None and m.subject == concept
    ]
    return rows


def concepts_to(data: Data, kind: str, codes: list[str], frameworks: tuple[str, ...], column: str) -> list[Row]:
    """Concepts to those of other frameworks, best first, then the judgement that there is no close term."""
    rows: list[Row] = []
    for code in codes:
        head: Row = {kind: code, f"{kind}_label": data.label[code]}
        readings = [reading for reading in data.readings(code) if framework_of(reading.other) in frameworks]
        judged = data.judgements(code, frameworks)
        rows += [
            {
                **head,
                "verdict": "mapped",
                column: reading.other,
                f"{column}_label": data.label[reading.other],
                "predicate": reading.predicate,
                "reach": reading.reach,
                **reading.mapping.common(),
            }
            for reading in readings
        ]
        rows += [
            {**head, "verdict": "judged: no close term", column: None, "reach": None, **m.common()} for m in judged
        ]
        if not readings and not judged:
            rows.append({**head, "verdict": "not yet judged", column: None, "reach": None, "mapping": None})
    return rows


def challenge_to_factors(data: Data, challenge: str | None = None) -> list[Row]:
    """QUASER challenges to MUSIQ factors, those of 2018 included.

    The SSSOM file, as in `concept_mappings`. A challenge has one verdict for both editions together.
    """
    codes = [challenge] if challenge else data.challenges
    return concepts_to(data, "challenge", codes, ("MUSIQ", "MUSIQ2"), "factor")


def challenge_to_constructs(data: Data, challenge: str | None = None) -> list[Row]:
    """QUASER challenges to constructs (and one domain) of CFIR 2022. The SSSOM file, as in `concept_mappings`."""
    codes = [challenge] if challenge else data.challenges
    return with_domain(data, concepts_to(data, "challenge", codes, ("CFIR2",), "construct"))


def factor_to_constructs(data: Data, factor: str | None = None) -> list[Row]:
    """MUSIQ factors of 2012 and 2018 to constructs of CFIR 2022. The SSSOM file, as in `concept_mappings`."""
    rows = concepts_to(data, "factor", [factor] if factor else musiq_factors(data), ("CFIR2",), "construct")
    return with_domain(data, [{**row, "edition": edition_of(str(row["factor"]))} for row in rows])


def with_domain(data: Data, rows: list[Row]) -> list[Row]:
    """Add what each construct stands under; nothing where there is no construct, or where it is a domain itself."""
    return [{**row, "domain": data.label.get(data.parent.get(str(row["construct"]), ""))} for row in rows]


def musiq_factors(data: Data) -> list[str]:
    """Factors, without the levels of 2012 and the types of context of 2018 that they stand under."""
    factors = [code for code in data.concepts("MUSIQ") if data.parent[code] != "MUSIQ"]
    return factors + [code for code in data.concepts("MUSIQ2") if not re.fullmatch(r"MUSIQ2:T\d", code)]


def edition_of(factor: str) -> str:
    return "2012" if framework_of(factor) == "MUSIQ" else "2018"


def evidence_for_concept(data: Data, concept: str) -> list[Row]:
    """Coded items that reach a concept, directly or through one mapping; one row an item.

    `coded_items.tsv`: challenge and the columns of the item; the SSSOM file, as in `concept_mappings`. An item that
    several mappings carry stands with the best (reach, confidence, id). Where nothing reaches the concept, one row says
    whether it, or a broader concept, was judged to have no close term in a framework that items are coded to.
    """
    rows: list[Row] = []
    for item in data.items:
        head: Row = {
            "item": of_study(item["item_id"]),
            "verdict": "evidence",
            "counted_as": "excerpt" if is_excerpt(item) else "mention",
            "case": case_id(item["case"]),
            "case_label": data.case_label(item["case"]),
            "voice": item["kind"],
            "coded_as": item["challenge"],
            "coded_as_label": data.label[item["challenge"]],
            "lines": line_text(item),
            "span": f"{STUDY}/text-1/{item['start']}-{item['end']}",
        }
        carried = [reading for reading in data.readings(item["challenge"]) if reading.other == concept]
        if item["challenge"] == concept:
            rows.append({**head, "reach": "same", "mapping": None, "confidence": None, "status": "stated"})
        elif carried:
            best, *rest = carried
            rows.append(
                {
                    **head,
                    "reach": best.reach,
                    "predicate": best.predicate,
                    "other_mappings": [reading.mapping.id for reading in rest],
                    **best.mapping.common(),
                }
            )
    if rows:
        return rows
    coded_in = {framework_of(item["challenge"]) for item in data.items}
    if data.judgements(concept, coded_in):
        verdict = "no evidence; judged: no close term"
    elif any(data.judgements(broader, coded_in) for broader in data.ancestors(concept)):
        verdict = "no evidence; judged at a broader concept: no close term"
    else:
        verdict = "no evidence; not yet judged"
    return [{"item": None, "verdict": verdict}]


def translate_coding(data: Data, to: str) -> list[Row]:
    """Each coded item with every counterpart of its code in another framework; an item without any keeps a row.

    `coded_items.tsv`: item_id, challenge, case, kind and the columns of its place; the SSSOM file, as in
    `concept_mappings`. An item translates as far as its best counterpart lets it.
    """
    rows: list[Row] = []
    for item in data.items:
        code = item["challenge"]
        head: Row = {
            "item": of_study(item["item_id"]),
            "counted_as": "excerpt" if is_excerpt(item) else "mention",
            "case": case_id(item["case"]),
            "voice": item["kind"],
            "summary": item["summary"],
            "lines": line_text(item),
            "span": f"{STUDY}/text-1/{item['start']}-{item['end']}",
            "coded_as": code,
            "coded_as_label": data.label[code],
        }
        readings = [reading for reading in data.readings(code) if framework_of(reading.other) == to]
        judged = data.judgements(code, [to])
        best = readings[0].reach if readings else ""
        if framework_of(code) == to or best in ("same", "carries", "near"):
            head["translates"] = "yes"
        elif best == "possible":
            head["translates"] = "possibly"
        else:
            head["translates"] = "no" if readings or judged else "undetermined"
        if framework_of(code) == to:
            there: Row = {"verdict": "coded there", "counterpart": code, "reach": "same", "mapping": None}
            rows.append({**head, **there, "confidence": None, "status": "stated"})
        for reading in readings:
            to_concept: Row = {"counterpart": reading.other, "counterpart_label": data.label[reading.other]}
            known: Row = {"verdict": "mapped", "predicate": reading.predicate, "reach": reading.reach}
            rows.append({**head, **to_concept, **known, **reading.mapping.common()})
        none: Row = {"counterpart": None, "counterpart_label": None, "predicate": None, "reach": None}
        rows += [{**head, **none, "verdict": "judged: no close term", **m.common()} for m in judged]
        if framework_of(code) != to and not readings and not judged:
            unknown: Row = {"verdict": "not yet judged", "mapping": None, "confidence": None}
            rows.append({**head, **none, **unknown, "status": "undetermined"})
    return rows


def version_changes(data: Data, earlier: str, later: str) -> list[Row]:
    """What became of each concept of an edition in the next, and what is new there.

    Framework tables: code, parent_code, label; the SSSOM file, as in `concept_mappings`. A close counterpart of the
    same name is kept, of another name renamed; without a close one, two or more narrower ones are a split. Judged to
    have no close term is dropped of an old concept, and new of a new one; neither side of the packaged set disputes.
    """
    rows: list[Row] = []

    def under(code: str) -> str | None:
        return data.label.get(data.parent[code])

    unjudged: Row = {"change": "not yet judged", "mapping": None, "reach": None, "confidence": None}
    for old in data.concepts(earlier):
        head: Row = {"earlier": earlier, "old": old, "old_label": data.label[old], "old_under": under(old)}
        readings = [reading for reading in data.readings(old) if framework_of(reading.other) == later]
        judged = data.judgements(old, [later])
        reaches = Counter(reading.reach for reading in readings)
        close = [reading.other for reading in readings if reading.reach in ("same", "near")]
        if close:
            names = {data.label[new].casefold() for new in close}
            change = "kept" if data.label[old].casefold() in names else "renamed"
        elif reaches["possible"]:
            change = "split" if reaches["possible"] > 1 else "narrowed"
        elif reaches["carries"]:
            change = "widened"
        else:
            change = "dropped" if judged else "related only"
        for reading in readings:
            to: Row = {"new": reading.other, "new_label": data.label[reading.other], "new_under": under(reading.other)}
            how: Row = {"change": change, "predicate": reading.predicate, "reach": reading.reach}
            rows.append({**head, **to, **how, **reading.mapping.common()})
        none: Row = {"new": None, "new_label": None, "new_under": None, "predicate": None}
        rows += [{**head, **none, "change": change, "reach": None, **m.common()} for m in judged]
        if not readings and not judged:
            rows.append({**head, **none, **unjudged, "status": "undetermined"})
    for new in data.concepts(later):
        head = {"earlier": earlier, "old": None, "new": new, "new_label": data.label[new], "new_under": under(new)}
        judged = data.judgements(new, [earlier])
        rows += [{**head, "change": "new", "reach": None, **m.common()} for m in judged]
        if not judged and not any(framework_of(reading.other) == earlier for reading in data.readings(new)):
            rows.append({**head, **unjudged, "status": "undetermined"})
    return rows


def chain_reach(first: str, second: str) -> str:
    """How far two mappings in a row reach: the weakest of both, but for two pairs that are only related."""
    if (first, second) in {("near", "near"), ("carries", "possible")}:
        return "related"
    return max(first, second, key=REACH.index)


def triangulate(data: Data, challenge: str | None = None) -> list[Row]:
    """Challenges to constructs of CFIR 2022 by way of a MUSIQ factor, beside the mappings of the pair itself.

    The SSSOM file, as in `concept_mappings`. A row for each chain, and for each pair that no chain gives. Of each
    challenge first what both ways give, then what one gives; in each part the weakest comes first.
    """
    rows: list[Row] = []
    middles = ("MUSIQ", "MUSIQ2")
    for code in [challenge] if challenge else data.challenges:
        direct = {r.other: r for r in data.readings(code) if framework_of(r.other) == "CFIR2"}
        firsts = [r for r in data.readings(code) if framework_of(r.other) in middles]
        chains = [(a, b) for a in firsts for b in data.readings(a.other) if framework_of(b.other) == "CFIR2"]
        found: list[tuple[int, int, float, str, str, Row]] = []
        chained = {b.other for _, b in chains}
        ways: list[tuple[Reading | None, Reading]] = [*chains]
        ways += [(None, reading) for reading in direct.values() if reading.other not in chained]
        for one, two in ways:
            construct = two.other
            straight = direct.get(construct)
            links = [two] if one is None else [one, two]
            weak = max(links, key=lambda r: (REACH.index(r.reach), -r.mapping.confidence))
            reach = two.reach if one is None else chain_reach(one.reach, two.reach)
            given = "directly only" if one is None else "both ways" if straight else "by a chain only"
            row: Row = {
                "challenge": code,
                "challenge_label": data.label[code],
                "construct": construct,
                "construct_label": data.label[construct],
                "given": given,
                "factor": one.other if one else None,
                "factor_label": data.label[one.other] if one else None,
                "reach": reach,
                "further": None,
                "weakest_link": weak.mapping.id,
                "weakest_confidence": weak.mapping.confidence,
                "chain_score": round(one.mapping.confidence * two.mapping.confidence, 4) if one else None,
                "other_mappings": [],
                "status": "inferred",
            }
            if one and straight:
                ahead = REACH.index(straight.reach) - REACH.index(reach)
                row["further"] = "chain" if ahead > 0 else "direct" if ahead < 0 else "equal"
            judged = [m.id for m in data.judgements(code, ["CFIR2"]) + data.judgements(construct, ["QUASER"])]
            not_by_factor = [m.id for m in data.judgements(code, middles)]
            row["direct"] = "mapped" if straight else "judged: no close term" if judged else "no mapping of this pair"
            row["chain"] = (
                "mapped" if one else "judged: no close term" if not_by_factor else "no chain to this construct"
            )
            row["judgements"] = judged + not_by_factor
            for name, link in (("first", one), ("second", two if one else None), ("direct", straight)):
                row |= {
                    f"{name}_mapping": link.mapping.id if link else None,
                    f"{name}_predicate": link.predicate if link else None,
                    f"{name}_reach": link.reach if link else None,
                    f"{name}_confidence": link.mapping.confidence if link else None,
                    f"{name}_basis": link.mapping.basis if link else None,
                }
            part = ("both ways", "by a chain only", "directly only").index(given)
            middle = one.other if one else ""
            found.append((part, -REACH.index(reach), weak.mapping.confidence, construct, middle, row))
        rows += [row for *_, row in sorted(found, key=lambda entry: entry[:5])]
    return rows


def evidence_for_every_factor(data: Data) -> list[Row]:
    """`evidence_for_concept` for each MUSIQ factor of 2012 and 2018, counted: distinct items by kind and by reach."""
    rows: list[Row] = []
    for factor in musiq_factors(data):
        found = [row for row in evidence_for_concept(data, factor) if row["item"]]
        excerpts = {str(row["item"]): str(row["reach"]) for row in found if row["counted_as"] == "excerpt"}
        by_reach = Counter(excerpts.values())
        rows.append(
            {
                "concept": factor,
                "excerpts": len(excerpts),
                "mentions": len({row["item"] for row in found if row["counted_as"] == "mention"}),
                "best_reach": next((reach for reach in REACH if by_reach[reach]), None),
                **{f"excerpts_{reach}": by_reach[reach] for reach in REACH},
            }
        )
    return rows


def gaps(data: Data, source: str, target: str) -> list[Row]:
    """Concepts of one framework without a counterpart in another.

    Framework tables: code, parent_code; the SSSOM file, as in `concept_mappings`. In this order: judged to have no
    close term (weaker mappings may stand beside it); else any mapping to the target, and then it is no gap; else a
    broader concept was judged; else nobody has judged. Domains and levels are concepts too.
    """
    rows: list[Row] = []
    for concept in data.concepts(source):
        existing = [reading for reading in data.readings(concept) if framework_of(reading.other) == target]
        head: Row = {
            "concept": concept,
            "concept_label": data.label[concept],
            "weaker_mappings": len(existing),
            "best_weaker_reach": existing[0].reach if existing else None,
        }
        broader = [m for code in data.ancestors(concept) for m in data.judgements(code, [target])]
        if judged := data.judgements(concept, [target]):
            rows += [{**head, "verdict": "judged: no close term", "judged_at": None, **m.common()} for m in judged]
        elif existing:
            continue
        elif broader:
            rows.append(
                {
                    **head,
                    "verdict": "judged at a broader concept: no close term",
                    "judged_at": broader[0].subject,
                    **broader[0].common(),
                }
            )
        else:
            rows.append(
                {
                    **head,
                    "verdict": "not yet judged",
                    "judged_at": None,
                    "mapping": None,
                    "confidence": None,
                    "status": "undetermined",
                }
            )
    return rows


# ------------------------------------------------------------------------------------------------------------- trusts


@dataclass(frozen=True)
class Included:
    """A place in a trajectory: how it belongs there, from which day, and how that is known."""

    relation: str
    since: date
    status: str


def included_places(data: Data, place: str) -> dict[str, Included]:
    """The place, its predecessors, its successors from the day they took over, and what those operate.

    Of a location also the trusts that operate it and its predecessors and successors, from the day they began to.
    """
    always = date.min
    found = {place: Included("itself", always, "stated")}
    edges = data.successions()

    def walk(relation: str, forward: bool) -> None:
        reached = [place]
        while reached:
            here = reached.pop()
            for edge in edges:
                start, end = (edge.old, edge.new) if forward else (edge.new, edge.old)
                if start != here or end in found:
                    continue
                since = max(found[here].since, date.fromisoformat(edge.date)) if forward else always
                found[end] = Included(relation, since, weakest(found[here].status, edge.status))
                reached.append(end)

    walk("predecessor", forward=False)
    walk("successor", forward=True)
    line = dict(found)
    for code, organisation in data.organisations.items():
        operator = line.get(organisation["provider_code"])
        if organisation["level"] == "location" and operator and code not in found:
            whose = "it" if operator.relation == "itself" else f"its {operator.relation}"
            found[code] = Included(f"location of {whose}", operator.since, operator.status)
    for code, through in line.items():
        location = data.organisations[code]
        if location["level"] == "location" and location["provider_code"] not in found:
            began = date.fromisoformat(location["valid_from"]) if location["valid_from"] else always
            whose = "it" if through.relation == "itself" else f"its {through.relation}"
            found[location["provider_code"]] = Included(
                f"trust of {whose}", max(through.since, began), through.status
            )
    return found


def trajectory(data: Data, place: str) -> list[Row]:
    """Ratings, regulatory actions and successions of a place and of what belongs to it, by first possible day.

    `organisations_history.tsv`: event_id, code, level, event_type, date, inspection_period, overall_rating, decided_by,
    other_code, status; `organisations.tsv`: level, provider_code, successor_code, valid_from, valid_to;
    `case_trusts.tsv`: successor_code. A succession is a row where both its ends are included.
    """
    included = included_places(data, place)
    rows: list[tuple[date, str, str, Row]] = []
    for event in data.events:
        how = included.get(event["code"])
        if how is None or event["event_type"] == "merger" or latest(event["date"]) < how.since:
            continue
        if earliest(event["date"]) < how.since:
            raise ValueError(f"cannot tell whether {event['event_id']} is before {how.since}")
        row: Row = {
            "date": event["date"],
            "place": event["code"],
            "level": event["level"],
            "relation": how.relation,
            "body": event["decided_by"] or None,
            "visits": list(members(event["inspection_period"])),
            "status": weakest(STATUS[event["status"]], how.status),
        }
        if event["event_type"] == "rating":
            row |= {
                "event": "rating",
                "what": event["overall_rating"],
                "question": "CQC:OVERALL",
                "service": "CQCSERVICE:OVERALL",
                "node": rating_id(event),
            }
        else:
            row |= {"event": "action", "question": None, "service": None, "node": event["event_id"]}
        rows.append((earliest(event["date"]), event["code"], str(row["node"]), row))
    for edge in data.successions():
        if edge.old in included and edge.new in included:
            how = included[edge.old]
            succession: Row = {
                "date": edge.date,
                "place": edge.old,
                "level": data.organisations[edge.old]["level"],
                "relation": how.relation,
                "event": "succession",
                "question": None,
                "service": None,
                "status": weakest(edge.status, how.status),
                "node": None,
            }
            rows.append((date.fromisoformat(edge.date), edge.old, "", succession))
    return [row for *_, row in sorted(rows, key=lambda entry: entry[:3])]


SECTIONS = ("name", "register", "succession", "location", "trust", "rating", "action", "case", "excerpt", "mention",
            "initiative")  # fmt: skip
"""Of a profile, in the order in which its head names them."""


def profile(data: Data, place: str) -> list[Row]:
    """What is known of one place, section by section in the order of the head.

    `organisations.tsv`: code, level, provider_code, name, kind, valid_from, valid_to, note;
    `organisations_history.tsv`: event_id, code, event_type, date, overall_rating, decided_by, status; successions as in
    `trajectory`; `case_trusts.tsv`: case, kind, org_code, location_code, valid_from, valid_to, confidence, status;
    `coded_items.tsv`: item_id, challenge, case, kind, summary; `initiatives.tsv`: label, cases;
    `initiative_mentions.tsv`: initiative_id, case, case_status; `cases.tsv`: label; `quaser.tsv`: label, and its order.

    What `organisations.tsv` has is printed in a register, and so stated, but for the days of a registration: their note
    says that they are those of an acquisition or a trust, and no column grades them, so that line has no status here.
    What comes by way of a case is never better than the identification. The facts are worked out here; the words around
    them ("seen in", "used in", the name of a property) are those of the question.

    Within a section: properties by name, successions by day, locations by code, the trust before
    those of its predecessors, actions by last possible day (so that
    what was decided in a month comes after what was recommended on a day of it), passages by challenge in the order of
    the framework and then by id, initiatives by id.
    """
    here = data.organisations[place]
    found: list[tuple[tuple[str, ...], Row]] = []

    def add(section: str, rank: tuple[str, ...], item: str, value: str | None, of: str, status: str | None,
            since: str = "", until: str = "") -> None:  # fmt: skip
        row: Row = {"section": section, "item": item, "value": value, "since": since or None, "until": until or None,
                    "of": of}  # fmt: skip
        found.append((rank, row | ({"status": status} if status else {})))

    add("name", (), here["name"], f"seen in {STUDY}", place, "stated")
    trust = here["level"] == "trust"
    properties: dict[str, tuple[str | None, str | None, str, str]] = {"kind": (here["kind"], "stated", "", "")}
    if here["valid_from"] or here["valid_to"]:
        life = "legal life, as a study has it" if trust else "registration, as a study has it"
        properties[life] = (None, "stated" if trust else None, here["valid_from"], here["valid_to"])
    if here["note"]:
        properties["what else a study has"] = (here["note"], "stated", "", "")
    for item, (value, status, since, until) in properties.items():
        add("register", (item,), item, value, place, status, since, until)

    edges = data.successions()
    for edge in edges:
        if place in (edge.old, edge.new):
            other = edge.old if edge.new == place else edge.new
            item = "predecessor" if other == edge.old else "successor, the last that is known"
            if any(other == (further.new if other == edge.old else further.old) for further in edges):
                raise ValueError(f"{other} has successions of its own, which are not followed here")
            name = data.organisations[other]["name"]
            add("succession", (edge.date, other), item, name, other, edge.status, edge.date)

    for code, site in data.organisations.items():
        if site["provider_code"] == place:
            newest = data.ratings(code)[-1:]
            value = next((f"{rating['overall_rating']} ({rating['date']})" for rating in newest), None)
            status = weakest("stated", *(STATUS[rating["status"]] for rating in newest))
            add("location", (code,), site["name"], value, code, status, site["valid_from"], site["valid_to"])
    registered = [(here, "operated it" if here["valid_to"] else "operates it", "stated")]
    registered += [
        (data.organisations[edge.old], f"operated its predecessor {edge.old}", edge.status)
        for edge in edges
        if edge.new == place
    ]
    for site, value, known in registered:
        if operator := site["provider_code"]:
            name, rank = data.organisations[operator]["name"], (str(int(site is not here)), operator)
            add("trust", rank, name, value, operator, known, site["valid_from"], site["valid_to"])

    for rating in data.ratings(place)[-1:]:
        known = STATUS[rating["status"]]
        add("rating", (), "Overall", rating["overall_rating"], rating_id(rating), known, rating["date"])
    for event in data.events:
        if event["code"] == place and event["event_type"] not in ("rating", "merger"):
            day = event["date"]
            when = (latest(day).isoformat(), earliest(day).isoformat(), event["event_id"])
            what, who = event["event_type"].replace("_", " "), event["decided_by"] or None
            add("action", when, what, who, event["event_id"], STATUS[event["status"]], day)

    for row in data.identifications:
        if place != (row["location_code"] if row["kind"] == "location" else row["org_code"]):
            continue
        case, known = row["case"], STATUS[row["status"]]
        label = data.case_label(case)
        held = f"held to be this place; confidence {float(row['confidence'])}"
        add("case", (case_id(case),), label, held, case_id(case), known, row["valid_from"], row["valid_to"])
        for passage in data.items:
            if passage["case"] == case:
                section = "excerpt" if is_excerpt(passage) else "mention"
                where = (str(data.challenges.index(passage["challenge"])), passage["item_id"])
                challenge, of = data.label[passage["challenge"]], of_study(passage["item_id"])
                add(section, where, challenge, passage["summary"], of, weakest("stated", known))
        for name, initiative in data.initiatives.items():
            if case in members(initiative["cases"]):
                status = weakest(known, data.use_status(name, case))
                add("initiative", (name,), initiative["label"], f"used in {label}", of_study(name), status)
    found.sort(key=lambda entry: (SECTIONS.index(str(entry[1]["section"])), entry[0]))
    return [row for _, row in found]


def in_force(ratings: Iterable[Record], day: date) -> Record | None:
    """The newest overall rating given on or before a day."""
    given = [rating for rating in ratings if latest(rating["date"]) <= day]
    return max(given, key=lambda rating: earliest(rating["date"]), default=None)


def spells(events: list[Record], prefix: str) -> Iterator[dict[str, list[Record]]]:
    """Special measures of one trust and kind, parted into spells: each ends with its lifting."""
    spell: dict[str, list[Record]] = {}
    for event in sorted(events, key=lambda e: (latest(e["date"]), e["event_id"])):
        spell.setdefault(event["event_type"].removeprefix(prefix), []).append(event)
        if event["event_type"] == f"{prefix}lifted":
            yield spell
            spell = {}
    if spell:
        yield spell


def special_measures(data: Data) -> list[Row]:
    """Spells in special measures, with their length and the overall rating before and after.

    `organisations_history.tsv`: code, event_type, date, overall_rating, decided_by, status. The bounds of the length
    come from the dates of placing and lifting alone. Recovery support is no spell. The status is the weakest of the
    regulatory actions and of the two ratings. The rating after must be newer than the one before; of a spell without an end it is left out.
    """
    rows: list[Row] = []
    for place in sorted({event["code"] for event in data.events}):
        for kind, prefix in (("quality", "special_measures_"), ("finance", "financial_special_measures_")):
            acts = [e for e in data.events if e["code"] == place and e["event_type"].startswith(prefix)]
            rows += [spell_row(data, place, kind, spell) for spell in spells(acts, prefix)]
    return rows


def spell_row(data: Data, place: str, kind: str, spell: dict[str, list[Record]]) -> Row:
    """One spell, from its regulatory actions by kind."""

    def when(act: str) -> str | None:
        return spell[act][0]["date"] if act in spell else None

    recommended, placed, lifted = when("recommended"), when("placed"), when("lifted")
    ratings = data.ratings(place)
    before = in_force(ratings, earliest(recommended) if recommended else earliest(str(placed)))
    row: Row = {
        "place": place,
        "kind": kind,
        "recommended": recommended,
        "placed": placed,
        "placed_by": spell["placed"][0]["decided_by"] if "placed" in spell else None,
        "retained": [event["date"] for event in spell.get("retained", [])],
        "exit_recommended": when("exit_recommended"),
        "lifted": lifted,
        "days_min": (earliest(lifted) - latest(placed)).days if placed and lifted else None,
        "days_max": (latest(lifted) - earliest(placed)).days if placed and lifted else None,
        "rating_before": before["overall_rating"] if before else None,
        "rating_before_date": before["date"] if before else None,
    }
    steps = [event for events in spell.values() for event in events] + ([before] if before else [])
    if lifted:
        newer = [r for r in ratings if before is None or earliest(r["date"]) > earliest(before["date"])]
        during = [r for r in newer if placed and latest(r["date"]) >= earliest(placed)]
        after = in_force(during, latest(lifted)) or next(
            (r for r in newer if earliest(r["date"]) > latest(lifted)), None
        )
        row["rating_after"] = after["overall_rating"] if after else None
        row["rating_after_date"] = after["date"] if after else None
        steps += [after] if after else []
    row["status"] = weakest(*(STATUS[event["status"]] for event in steps))
    return row


def did_it_last(data: Data, looked: str | None = None) -> list[Row]:
    """The rating of each case on a day, the best since, the latest, and of whom.

    `organisations_history.tsv`: code, event_type, date, overall_rating; `case_trusts.tsv`: kind, org_code,
    location_code, confidence; successions as in `trajectory`; `study.json`: method.data_source (its last date is the
    default day). Ratings are those of the places of the case and, from the day they took over, of their successors; a
    trust's rating is not used for a location. `lasted` compares the latest rating with the one in force. Of equally
    good ratings since, the first is given.
    """
    day = date.fromisoformat(looked) if looked else data_published(data)
    rows: list[Row] = []
    for case in (row["case"] for row in data.cases):
        places = data.places(case)
        since = dict.fromkeys(places, date.min)
        for edge in data.successions():
            if edge.old in since and edge.new not in since:
                since[edge.new] = date.fromisoformat(edge.date)
        ratings = [r for code in since for r in data.ratings(code) if earliest(r["date"]) >= since[code]]
        ratings.sort(key=lambda r: (earliest(r["date"]), rating_id(r)))
        unsure = [r for r in ratings if earliest(r["date"]) <= day < latest(r["date"])]
        now = in_force(ratings, day)
        later = [r for r in ratings if earliest(r["date"]) > day]
        best = max(later, key=lambda r: SCORE[r["overall_rating"]], default=None)
        last = ratings[-1]
        if not later:
            lasted = "no later rating"
        elif now is None or unsure:
            lasted = "cannot tell"
        else:
            change = SCORE[last["overall_rating"]] - SCORE[now["overall_rating"]]
            lasted = "rose" if change > 0 else "fell" if change < 0 else "kept"
        rows.append(
            {
                "case": case_id(case),
                "case_label": data.case_label(case),
                "places": list(places),
                "identification_confidence": data.place_confidence(case),
                "looked": day.isoformat(),
                "in_force": now["overall_rating"] if now else None,
                "in_force_date": now["date"] if now else None,
                "best_since": best["overall_rating"] if best else None,
                "best_since_date": best["date"] if best else None,
                "latest": last["overall_rating"],
                "latest_date": last["date"],
                "latest_of": last["code"],
                "lasted": lasted,
                "cannot_tell": [rating_id(r) for r in unsure],
                "status": "inferred",
            }
        )
    return rows


def what_improvers_did(
    data: Data, steps: int = 1, looked: str | None = None, without_premise: Iterable[str] = ()
) -> list[Row]:
    """What the cases show whose overall rating had risen by so many steps up to a day, beside the other cases.

    `organisations_history.tsv`: ratings of the places of `case_trusts.tsv` (both registrations of case 4 together), from
    any earlier to any later one; a case with fewer than two of them tells nothing, unless it rose. `table4_cells.tsv`:
    case, challenge, value, status, premises; `initiatives.tsv`: label, cases; `item_stakeholders.tsv`: item_id, group_id;
    `coded_items.tsv`: case, challenge, kind, initiatives. What comes by way of a trust is inferred. Challenges in their
    order and all of them, the others by id where an improver shows them; those that most improvers show come first.
    """
    day = date.fromisoformat(looked) if looked else data_published(data)
    rose: list[str] = []
    rest: list[str] = []
    for case in (row["case"] for row in data.cases):
        given = [r for place in data.places(case) for r in data.ratings(place) if earliest(r["date"]) <= day]
        sure = [r for r in given if latest(r["date"]) <= day]
        pairs = [(a, b) for a in sure for b in sure if latest(a["date"]) < earliest(b["date"])]
        if any(SCORE[b["overall_rating"]] - SCORE[a["overall_rating"]] >= steps for a, b in pairs):
            rose.append(case)
        elif len(sure) > 1 and len(given) == len(sure):
            rest.append(case)

    def row(section: str, thing: str, label: str, cases: set[str], items: list[Record], unsure: set[str] | None) -> Row:
        shown = [item for item in items if item["case"] in cases & set(rose)]
        return {
            "section": section,
            "thing": thing,
            "label": label,
            "improvers": len(cases & set(rose)),
            "improvers_of": len(rose),
            "which": [case_id(case) for case in rose if case in cases],
            "undetermined": None if unsure is None else len(unsure & set(rose)),
            "others": len(cases & set(rest)),
            "others_undetermined": None if unsure is None else len(unsure & set(rest)),
            "others_of": len(rest),
            "not_told": len(data.cases) - len(rose) - len(rest),
            "excerpts": sum(map(is_excerpt, shown)),
            "mentions": sum(not is_excerpt(item) for item in shown),
            "status": "inferred" if rose else None,
        }

    challenges = []
    for code in data.challenges:
        values: dict[str, set[str]] = {"present": set(), "absent": set(), "undetermined": set()}
        for cell in data.cells:
            if cell["challenge"] == code:
                values[premised(cell, without_premise)[0]].add(cell["case"])
        items = data.items_of(code)
        challenges.append(row("challenge", code, data.label[code], values["present"], items, values["undetermined"]))
    programmes = []
    for name, initiative in data.initiatives.items():
        items = [item for item in data.items if name in members(item["initiatives"])]
        cases = set(members(initiative["cases"]))
        programmes.append(row("initiative", of_study(name), initiative["label"], cases, items, None))
    groups = []
    for group in data.groups:
        links = {x["item_id"] for x in data.item_stakeholders if x["group_id"] == group["group_id"]}
        items = [item for item in data.items if item["item_id"] in links]
        cases = {item["case"] for item in items}
        groups.append(row("stakeholder group", of_study(group["group_id"]), group["label"], cases, items, None))
    challenges.sort(key=lambda found: -total([found], "improvers"))
    named = [
        sorted((x for x in found if x["improvers"]), key=lambda x: (-total([x], "improvers"), str(x["thing"])))
        for found in (programmes, groups)
    ]
    return [*challenges, *named[0], *named[1]]


def data_published(data: Data) -> date:
    """The day on which the study's data were published, from the sentence in `study.json`."""
    words = re.search(r"published (\d{1,2}) (\w+) (\d{4})", data.record["method"]["data_source"])
    if words is None:
        raise ValueError("study.json: method.data_source names no day of publication")
    return date(int(words[3]), list(month_name).index(words[2]), int(words[1]))


# -------------------------------------------------------------------------------------------- trust in the evidence


def inconsistencies(data: Data) -> list[Row]:
    """Where the study disagrees with itself or with the record.

    `inconsistencies.tsv`: inconsistency_id, kind, summary, lines, status; claims, cells, items and challenges are
    together what it involves.
    """
    return [
        {
            "inconsistency": of_study(row["inconsistency_id"]),
            "kind": row["kind"],
            "summary": row["summary"],
            "involves": [of_study(name) for column in ("claims", "cells", "items") for name in members(row[column])]
            + members(row["challenges"]),
            "lines": list(members(row["lines"])),
            "status": STATUS[row["status"]],
        }
        for row in data.inconsistencies
    ]


def claims_checked(data: Data, result: str | None = None) -> list[Row]:
    """Claims of the prose and how they fared.

    `claims.tsv`: claim_id, section, lines, quantifier, cases, challenges, summary, check_result, check_grade,
    checked_against (`against`: the ids of claims and coded items that stand in it as words of their own).
    """
    known = {row["claim_id"] for row in data.claims} | {row["item_id"] for row in data.items}
    known |= {row["cell_id"] for row in data.cells}
    return [
        {
            "claim": of_study(row["claim_id"]),
            "section": row["section"],
            "lines": list(members(row["lines"])),
            "summary": row["summary"],
            "quantifier": row["quantifier"],
            "result": row["check_result"],
            "status": STATUS[row["check_grade"]],
            "checked_against": row["checked_against"] or None,
            "against": [
                of_study(word) for word in re.findall(r"[A-Z0-9-]+\b", row["checked_against"]) if word in known
            ],
            "concepts": list(members(row["challenges"])),
            "cases": [case_id(case) for case in members(row["cases"])],
        }
        for row in data.claims
        if result is None or row["check_result"] == result
    ]


def unsupported_cells(data: Data, without_premise: Iterable[str] = ()) -> list[Row]:
    """Cells of Table 4 that are present though no excerpt shows it.

    `table4_cells.tsv`: case, challenge, value, status, premises, basis_kind, basis; `coded_items.tsv`: case, challenge,
    kind.
    """
    rows: list[Row] = []
    for cell in data.cells:
        value, known = premised(cell, without_premise)
        items = data.items_of(cell["challenge"], cell["case"])
        if value != "present" or any(map(is_excerpt, items)):
            continue
        rows.append(
            {
                "cell": of_study(cell["cell_id"]),
                "case": case_id(cell["case"]),
                "case_label": data.case_label(cell["case"]),
                "challenge": cell["challenge"],
                "challenge_label": data.label[cell["challenge"]],
                "mentions": len(items),
                "items": [of_study(item["item_id"]) for item in items],
                "basis_kind": cell["basis_kind"],
                "basis": cell["basis"],
                "status": known,
            }
        )
    return rows


def inferred(data: Data, kind: str) -> list[Row]:
    """Inferred statements of one of six kinds, weakest first (those without a confidence last), then by id.

    identification: `case_trusts.tsv` case, status, confidence. mapping: the SSSOM file, confidence, comment. finding:
    `table4_cells.tsv` cell_id, status. rating, regulatory action: `organisations_history.tsv` status. succession: as in
    `trajectory`. The subject is the node that carries the statement; of an identification the case, of a succession the
    predecessor.
    """
    events = [e for e in data.events if STATUS[e["status"]] == "inferred" and e["event_type"] != "merger"]
    found: dict[str, Callable[[], list[tuple[str, float | None]]]] = {
        "identification": lambda: [
            (case_id(row["case"]), float(row["confidence"]))
            for row in data.identifications
            if STATUS[row["status"]] == "inferred"
        ],
        "mapping": lambda: [(m.id, m.confidence) for m in data.mappings if m.status == "inferred"],
        "finding": lambda: [
            (of_study(cell["cell_id"]), None) for cell in data.cells if STATUS[cell["status"]] == "inferred"
        ],
        "rating": lambda: [(rating_id(e), None) for e in events if e["event_type"] == "rating"],
        "regulatory action": lambda: [(e["event_id"], None) for e in events if e["event_type"] != "rating"],
        "succession": lambda: [(edge.old, None) for edge in data.successions() if edge.status == "inferred"],
    }
    entries = sorted(found[kind](), key=lambda entry: (entry[1] is None, entry[1] or 0.0, entry[0]))
    return [{"kind": kind, "subject": s, "confidence": c, "status": "inferred"} for s, c in entries]


INFERRED_KINDS = ("identification", "mapping", "finding", "rating", "regulatory action", "succession")


def inferred_counts(data: Data) -> list[Row]:
    """How many statements of each kind are inferred; names beyond the six of `INFERRED_KINDS` are ours.

    `musiq_relations.tsv`: basis; `initiative_mentions.tsv`: initiative_id, case, case_status; `organisations.tsv`,
    `organisations_history.tsv`: case; `item_stakeholders.tsv`, `inconsistencies.tsv`: status; `claims.tsv`:
    check_grade; `table3_dates.tsv`: status, date_type_status; `initiatives.tsv`: cases, public_name_status;
    `cases.tsv`: chapter_order_status; `references.tsv`: resolved_status; `research_questions.tsv`: answer_status;
    `study.json`: reported_identifiers.
    """

    def graded(rows: Iterable[Record], column: str) -> int:
        return sum(STATUS.get(row[column]) == "inferred" for row in rows)

    effects = [r for r in data.relations if not r["basis"].startswith(("UNVERIFIED", "empirical"))]
    uses = 0
    for name, initiative in data.initiatives.items():
        for case in members(initiative["cases"]):
            uses += data.use_status(name, case) == "inferred"
    of_case = Counter(
        "rating" if e["event_type"] == "rating" else "merger" if e["event_type"] == "merger" else "regulatory action"
        for e in data.events
        if e["case"]
    )
    counts = {kind: len(inferred(data, kind)) for kind in INFERRED_KINDS} | {
        "effect in a model": len(effects),
        "use of an initiative in a case": uses,
        "case of an organisation or location": sum(bool(o["case"]) for o in data.organisations.values()),
        "case of a rating": of_case["rating"],
        "case of a regulatory action": of_case["regulatory action"],
        "case of a merger": of_case["merger"],
        "case of a mention": graded(data.mentions, "case_status"),
        "stakeholder group of an item": graded(data.item_stakeholders, "status"),
        "check of a claim": graded(data.claims, "check_grade"),
        "inconsistency": graded(data.inconsistencies, "status"),
        "column of a date in Table 3": graded(data.table3, "status"),
        "kind of a date in Table 3": graded(data.table3, "date_type_status"),
        "public name of an initiative": graded(data.initiatives.values(), "public_name_status"),
        "place of a case in the report": graded(data.cases, "chapter_order_status"),
        "work behind a reference": graded(data.references, "resolved_status"),
        "answer to a research question": graded(data.research_questions, "answer_status"),
        "identifier of the paper": sum(
            STATUS[entry["status"]] == "inferred" for entry in data.record["reported_identifiers"]
        ),
    }
    return [{"kind": kind, "count": count, "name_given": kind in INFERRED_KINDS} for kind, count in counts.items()]


def stakeholders_by_challenge(data: Data, status: str = "undetermined") -> list[Row]:
    """Stakeholder groups in the passages coded to each challenge; a challenge without any keeps a row.

    `item_stakeholders.tsv`: item_id, group_id, status, basis; `stakeholder_groups.tsv`: label, kind, note;
    `coded_items.tsv`: challenge, case, kind. The coding is stated. A group that is known less well in an item than
    `status` is left out there, and neither appears nor is missing. Most excerpts first, then mentions, then the id.
    """
    rows: list[Row] = []
    for challenge in data.challenges:
        items = {item["item_id"]: item for item in data.items_of(challenge)}
        of_excerpts = sum(map(is_excerpt, items.values()))
        found: list[Row] = []
        for group in data.groups:
            links = [x for x in data.item_stakeholders if x["group_id"] == group["group_id"] and x["item_id"] in items]
            kept = [x for x in links if WEAKNESS.index(STATUS[x["status"]]) <= WEAKNESS.index(status)]
            unsure = [x for x in kept if STATUS[x["status"]] != "stated"]
            passages = [items[link["item_id"]] for link in kept]
            row: Row = {
                "challenge": challenge,
                "challenge_label": data.label[challenge],
                "group": of_study(group["group_id"]),
                "group_label": group["label"],
                "kind": group["kind"],
                "cases": sorted({case_id(item["case"]) for item in passages}),
                "items": [of_study(item["item_id"]) for item in passages],
                "voices": sorted({item["kind"] for item in passages}),
                "excerpts": sum(map(is_excerpt, passages)),
                "mentions": sum(not is_excerpt(item) for item in passages),
                "inferred_items": [of_study(link["item_id"]) for link in unsure],
                "left_out": len(links) - len(kept),
                "of_excerpts": of_excerpts,
                "status": weakest(*(STATUS[link["status"]] for link in kept)) if kept else None,
                "basis": sorted({link["basis"] for link in unsure}),
                "note": group["note"] or None,
            }
            found += [row] if links else []
        found.sort(key=lambda row: (-total([row], "excerpts"), -total([row], "mentions"), str(row["group"])))
        rows += found or [
            {"challenge": challenge, "group": None, "items": [], "of_excerpts": of_excerpts, "status": None}
        ]
    return rows


def challenge_together(
    data: Data, challenge: str | None = None, without_premise: Iterable[str] = (), status: str = "undetermined"
) -> list[Row]:
    """Pairs of challenges: in how many cases both are present, and what is coded to both.

    `table4_cells.tsv`: case, challenge, value, status, premises; `coded_items.tsv`: item_id, challenge, case, kind. An
    absent cell settles that the two are not together, whatever the other is; then comes what `status` leaves out, then
    what is undetermined. A pair that is together is known as well as the weaker of its cells, one that is not as well as
    the better of its absent ones. Each item has one challenge, so none is coded to two.
    """
    cells = {(cell["case"], cell["challenge"]): premised(cell, without_premise) for cell in data.cells}

    def value(case: str, code: str) -> str:
        found, known = cells[case, code]
        return found if WEAKNESS.index(known) <= WEAKNESS.index(status) else "left out"

    codes = data.challenges
    pairs = [(challenge, code) for code in codes if code != challenge] if challenge else []
    pairs = pairs or [(one, two) for place, one in enumerate(codes) for two in codes[place + 1 :]]
    rows: list[Row] = []
    for one, two in pairs:
        cases: dict[str, list[str]] = {"together": [], "not together": [], "left out": [], "undetermined": []}
        decided: list[str] = []
        for case in (row["case"] for row in data.cases):
            values = {code: value(case, code) for code in (one, two)}
            absent = [code for code in (one, two) if values[code] == "absent"]
            known = sorted((cells[case, code][1] for code in absent or (one, two)), key=WEAKNESS.index)
            if set(values.values()) == {"present"}:
                cases["together"].append(case_id(case))
                decided.append(known[-1])
            elif absent:
                cases["not together"].append(case_id(case))
                decided.append(known[0])
            else:
                cases["left out" if "left out" in values.values() else "undetermined"].append(case_id(case))
        coded = [{item["case"] for item in data.items_of(code)} for code in (one, two)]
        shown = [{item["case"] for item in data.items_of(code) if is_excerpt(item)} for code in (one, two)]
        here = [row["case"] for row in data.cases]
        rows.append(
            {
                "challenge": one,
                "challenge_label": data.label[one],
                "other": two,
                "other_label": data.label[two],
                "together": len(cases["together"]),
                "which_together": list(cases["together"]),
                "not_together": len(cases["not together"]),
                "undetermined": len(cases["undetermined"]),
                "left_out": len(cases["left out"]),
                "present": sum(value(case, one) == "present" for case in here),
                "other_present": sum(value(case, two) == "present" for case in here),
                "cases_with_items": len(coded[0] & coded[1]),
                "which_with_items": [case_id(case) for case in here if case in coded[0] & coded[1]],
                "cases_with_excerpts": len(shown[0] & shown[1]),
                "excerpts": 0,
                "mentions": 0,
                "status": weakest(*decided) if decided else "undetermined",
            }
        )
    rows.sort(key=lambda row: (-total([row], "together"), -total([row], "cases_with_items")))  # else in their order
    return rows


def stated_in(data: Data) -> Iterator[tuple[str, str]]:
    """What is found where: a thing of its own kind, and an address or the publisher/name/edition of a publication.

    `table2_cells.tsv`: cell_id, check_url; `references.tsv`: reference, resolved_to; `initiatives.tsv`: url;
    `organisations.tsv`: code, source; `organisations_history.tsv`: source_url, source_data. Of an event that is a
    rating the thing is the rating, of a merger the organisation that ended.
    """
    for cell in data.table2:
        yield f"cell {cell['cell_id']}", cell["check_url"]
    for reference in data.references:
        yield f"reference {reference['reference']}", reference["resolved_to"]
    for name, initiative in data.initiatives.items():
        yield f"initiative {name}", initiative["url"]
    for code, organisation in data.organisations.items():
        yield f"place {code}", organisation["source"]
    for event in data.events:
        kind = event["event_type"]
        thing = f"rating {rating_id(event)}" if kind == "rating" else f"action {event['event_id']}"
        for column in ("source_url", "source_data"):
            yield f"place {event['code']}" if kind == "merger" else thing, event[column]


def sources(data: Data, kind: str) -> list[Row]:
    """Sources of one kind: read, cited or listed.

    Read are the files of `packaged.tsv` and of the study's folder: rows are those of the file, the hash is that of its
    bytes. `same_ratings.tsv` is not among them: it is read with a register. Refused are the effects of
    `musiq_relations.tsv` that are marked UNVERIFIED; the load of mappings does not say. The others are the rows of
    `sources.tsv`, and the publications that places and events name: cited where something is found in them.
    """
    edition = data.record["edition"]
    files: list[tuple[Path, str, str, str, str, str | None]] = [
        (data.ontology / row["path"], row["source"], row["title"], row["edition"], row["licence"], "qikg")
        for row in read_table(data.ontology / "packaged.tsv")
        if row["path"] != "same_ratings.tsv"
    ]
    files += [
        (path, of_study(f"{path.stem}/{edition}"), f"{path.name} of the study {STUDY}",
         edition, data.record["licence"], "qikg" if path.suffix == ".tsv" else None)
        for path in sorted([*data.study.glob("*.tsv"), data.study / "study.json"])
    ]  # fmt: skip
    if kind == "read":
        return [
            {
                "source": source,
                "title": title,
                "publisher": publisher,
                "kind": "read",
                "as_of": as_of,
                "rows": len(read_table(path)) if path.suffix == ".tsv" else 1,
                "refused": None if ".sssom" in path.suffixes
                else sum("UNVERIFIED" in str(row.get("basis")) for row in read_table(path))
                if path.stem == "musiq_relations" else 0,
                "complete": None,
                "cited_by": 0,
                "status": "stated",
                "licence": licence,
                "sha256": sha256(path.read_bytes()).hexdigest(),
                "packaged": True,
                "sources": [source],
            }
            for path, source, title, as_of, licence, publisher in sorted(files, key=lambda file: file[1])
        ]  # fmt: skip
    found: dict[str, set[str]] = {}
    for thing, where in stated_in(data):
        found.setdefault(where, set()).add(thing)
    page: Row = {"rows": None, "refused": None, "complete": None, "sha256": None, "packaged": False, "licence": None,
                 "status": "stated"}  # fmt: skip
    rows: list[Row] = [
        {
            "source": of_study(row["source_id"]),
            "title": row["title"],
            "publisher": row["publisher"],
            "as_of": row["date"] or None,
            "url": row["url"],
            "cited_by": len(found.get(row["url"], ())),
            "sources": [of_study(f"sources/{edition}")],
        }
        for row in data.sources
    ]
    named = {place["source"] for place in data.organisations.values()} | {e["source_data"] for e in data.events}
    for publication in sorted(where for where in named if where and "://" not in where):
        publisher, title, as_of = publication.split("/")
        rows.append({"source": publication, "title": title, "publisher": publisher, "as_of": as_of, "url": None,
                     "cited_by": len(found[publication])})  # fmt: skip
    rows = [page | row | {"kind": "cited" if row["cited_by"] else "listed"} for row in rows]
    return sorted((row for row in rows if row["kind"] == kind), key=lambda row: str(row["source"]))


def provenance(data: Data, node: str) -> list[Row]:
    """Where a node comes from: the files, what is found elsewhere, where it is printed, what it was taken from.

    Five nodes, one of each way. A concept: its framework's table (source_doi), `frameworks.tsv` (label, year, licence,
    DOI and whether it was seen) and `provenance.tsv` (how_seen, source_address). A coded item and a claim: `coded_items.tsv`
    and `claim_spans.tsv` (start, end, lines), with `study.json` for the text. A trust and a rating: `organisations.tsv` and
    `organisations_history.tsv`, as in `stated_in`. What is said of a file or page is as in `sources`.
    """
    known = {str(row["source"]): row for kind in ("read", "cited") for row in sources(data, kind)}
    edition = data.record["edition"]
    about = ("source", "title", "publisher", "as_of", "licence", "sha256", "rows")
    rows: list[Row] = []

    def add(how: str, source: str, files: list[str], place: str | None = None) -> None:
        said = {name: known[source][name] for name in about}
        rows.append({"how": how, **said, "place": place, "span": None, "sources": list(files)})

    def printed(spots: Iterable[Record], file: str) -> None:
        text = data.record["text"]
        for spot in spots:
            lines = line_text(spot)
            rows.append(
                {
                    "how": "printed in",
                    "source": of_study("text-1"),
                    "title": data.record["title"],
                    "as_of": data.record["published"],
                    "licence": data.record["licence"],
                    "url": data.record["url"],
                    "place": f"lines {lines}" if "-" in lines else f"line {lines}",
                    "span": f"{STUDY}/text-1/{spot['start']}-{spot['end']}",
                    "sha256": text["sha256"],
                    "rows": None,
                    "sources": [file, of_study(f"spans/{edition}")],
                }
            )

    def elsewhere(pairs: Iterable[tuple[str, str, str]]) -> None:
        urls = {row["url"]: of_study(row["source_id"]) for row in data.sources}
        for where, file, place in sorted(pairs, key=lambda pair: urls.get(pair[0], pair[0])):
            if where:
                add("found in", urls.get(where, where), [file], place or None)

    if node.startswith("https://"):
        prefix, _, local = node.partition("/concept/")[2].partition("/")
        framework = next(row for row in data.schemes if row["code"].lower() == prefix)
        code = f"{framework['code']}:{local}"
        table = read_table(data.ontology / "frameworks" / framework["list"])
        own = next(row for row in table if row["code"] == code)
        seen = next(row for row in read_table(data.ontology / "frameworks" / "provenance.tsv") if row["code"] == code)
        packaged = {row["path"]: row["source"] for row in read_table(data.ontology / "packaged.tsv")}
        paths = (f"frameworks/{framework['list']}", "frameworks.tsv", "frameworks/provenance.tsv")
        files = sorted(packaged[path] for path in paths)
        for file in files:
            add("file", file, [file])
        printed([role for role in data.roles if role["challenge"] == code], of_study(f"challenge_roles/{edition}"))
        rows.append(
            {
                "how": "taken from",
                "source": own["source_doi"],
                "title": next(row["label"] for row in table if not row["parent_code"] and row["code"] == framework["code"]),
                "as_of": framework["year"],
                "licence": framework["licence"],
                "url": seen["source_address"],
                "place": None,
                "span": None,
                "note": "DOI from memory; " * (framework["doi_status"] == "from memory") + seen["how_seen"],
                "sources": list(files),
            }
        )
        for row in rows:
            row["status"] = "inferred" if str(row.get("note")).startswith("DOI from memory") else "stated"
        return [{"kind": "Concept", "node": code, "name": own["label"], **row} for row in rows]

    kind, _, name = node.rpartition(":")
    local = name.removeprefix(f"{STUDY}/")
    history = of_study(f"organisations_history/{edition}")
    if item := next((item for item in data.items if item["item_id"] == local), None):
        file = of_study(f"coded_items/{edition}")
        add("file", file, [file])
        printed([item], file)
        head: Row = {"kind": "CodedItem", "name": item["item_id"], "node_status": "stated"}
    elif claim := next((claim for claim in data.claims if claim["claim_id"] == local), None):
        file = of_study(f"claims/{edition}")
        add("file", file, [file])
        spots = [spot for spot in data.claim_spans if spot["claim_id"] == local]
        printed(sorted(spots, key=lambda spot: int(spot["start"])), of_study(f"claim_spans/{edition}"))
        head = {"kind": "Claim", "name": claim["summary"], "node_status": None}
    elif organisation := data.organisations.get(name):
        file = of_study(f"organisations/{edition}")
        add("file", file, [file])
        mergers = [e for e in data.events if e["code"] == name and e["event_type"] == "merger"]
        found = [(e[column], history, e["event_id"]) for e in mergers for column in ("source_url", "source_data")]
        elsewhere([*found, (organisation["source"], file, "")])
        head = {"kind": "Organisation", "name": organisation["name"], "node_status": "stated"}
    else:
        event = next(e for e in data.events if e["event_type"] == "rating" and rating_id(e) == name)
        add("file", history, [history])
        elsewhere([(event[c], history, event["event_id"]) for c in ("source_url", "source_data")])
        head = {"kind": kind, "node_status": STATUS[event["status"]]}
    known_so = str(head["node_status"])
    return [
        {"node": name, **head, **row, "status": known_so if row["how"] == "found in" else "stated"} for row in rows
    ]


# ------------------------------------------------------------------------------------------------------------ writing


@dataclass(frozen=True)
class Golden:
    """One file: an answer for one set of parameters. `name` stands in the file name in place of the parameters."""

    question: str
    key: tuple[str, ...]
    rows: list[Row]
    parameters: dict[str, str | list[str]]
    ordered: bool = False
    name: str = ""

    @property
    def file(self) -> str:
        parts = [self.question]
        for parameter, value in self.parameters.items():
            words = value if isinstance(value, str) else "-".join(value)
            parts.append(f"{parameter}-{words}".replace(":", "_").replace(" ", "_"))
        return "--".join([self.question, self.name] if self.name else parts) + ".json"

    def text(self) -> str:
        """JSON with one row a line, so that a change shows as the row that changed."""
        head = {
            "question": self.question,
            "parameters": self.parameters,
            "key": list(self.key),
            "ordered": self.ordered,
            "row_count": len(self.rows),
        }
        lines = [f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}," for name, value in head.items()]
        rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in self.rows)
        return "{\n" + "\n".join(lines) + f'\n "rows": [\n{rows}\n ]\n}}\n'


def all_golden(data: Data) -> Iterator[Golden]:
    """Every answer that is written, with the columns that identify its rows."""
    cell = ("case", "challenge")
    yield Golden("case-matrix", cell, case_matrix(data), {})
    for premise in ("discussion", "counts"):
        premises = {"without_premise": [premise]}
        yield Golden("case-matrix", cell, case_matrix(data, [premise]), {**premises})
    yield Golden("case-matrix", cell, case_matrix(data, status="stated"), {"status": "stated"})
    for challenge in data.challenges:
        yield Golden("challenge-evidence", ("item",), challenge_evidence(data, challenge), {"challenge": challenge})
    yield Golden("challenge-coverage", ("challenge",), challenge_coverage(data), {})
    stated = challenge_coverage(data, status="stated")
    yield Golden("challenge-coverage", ("challenge",), stated, {"status": "stated"})
    no_counts = challenge_coverage(data, ["counts"])
    yield Golden("challenge-coverage", ("challenge",), no_counts, {"without_premise": ["counts"]})
    yield Golden("initiatives-by-challenge", ("challenge", "initiative"), initiatives_by_challenge(data), {})

    for concept in ("QUASER:LEAD", "QUASER:POL", "MUSIQ:ORG1", "CFIR2:III.D.4", "CFIR1:IV.A", "MUSIQ:TEAM4"):
        rows = concept_mappings(data, concept)
        yield Golden("concept-mappings", ("mapping", "direction"), rows, {"concept": concept})
    by_mapping = ("challenge", "mapping")
    phys = "QUASER:PHYS"
    yield Golden("challenge-to-factors", by_mapping, challenge_to_factors(data), {})
    yield Golden("challenge-to-factors", by_mapping, challenge_to_factors(data, phys), {"challenge": phys}, True)
    yield Golden("challenge-to-constructs", by_mapping, challenge_to_constructs(data), {})
    yield Golden("factor-to-constructs", ("factor", "mapping"), factor_to_constructs(data), {})
    mature = factor_to_constructs(data, "MUSIQ:ORG4")
    yield Golden("factor-to-constructs", ("factor", "mapping"), mature, {"factor": "MUSIQ:ORG4"}, True)
    for concept in ("CFIR2:III.D.4", "MUSIQ:ORG1", "QUASER:EDU", "MUSIQ:TEAM4", "CFIR2:I.A", "CFIR1:I.A"):
        yield Golden("evidence-for-concept", ("item",), evidence_for_concept(data, concept), {"concept": concept})
    for target in ("CFIR2", "MUSIQ", "PARIHS", "QUASER"):
        yield Golden("translate-coding", ("item", "mapping"), translate_coding(data, target), {"to": target})
    for earlier, later in (("CFIR1", "CFIR2"), ("OFQ", "QUASER")):
        rows = version_changes(data, earlier, later)
        yield Golden("version-changes", ("old", "new", "mapping"), rows, {"framework": later})
    first: Row = {"earlier": None, "old": None, "new": None, "mapping": None, "reach": None, "status": "undetermined"}
    yield Golden("version-changes", ("old", "new"), [first], {"framework": "CFIR1"})
    chain = ("challenge", "construct", "factor")
    yield Golden("triangulate", chain, triangulate(data), {})
    for challenge in ("QUASER:LEAD", "QUASER:POL"):
        yield Golden("triangulate", chain, triangulate(data, challenge), {"challenge": challenge}, True)
    every = evidence_for_every_factor(data)
    yield Golden("evidence-for-concept", ("concept",), every, {}, name="every-musiq-factor")
    for source, target in (("QUASER", "MUSIQ"), ("MUSIQ", "QUASER"), ("CFIR2", "QUASER"), ("QUASER", "PARIHS")):
        rows = gaps(data, source, target)
        yield Golden("gaps", ("concept", "mapping"), rows, {"from": source, "to": target})

    for place in ("RXR", "RTX", "RQ8", "RD7", "RDU50", "RA3"):
        rows = trajectory(data, place)
        yield Golden("trajectory", ("date", "place", "event", "node"), rows, {"place": place})
    for place in ("RXR", "RQ8", "RDU50"):
        yield Golden("profile", ("section", "item", "of"), profile(data, place), {"place": place}, ordered=True)
    yield Golden("special-measures", ("place", "kind", "placed"), special_measures(data), {})
    yield Golden("did-it-last", ("case",), did_it_last(data), {})
    for looked in ("2015-01-01", "2026-11-01"):
        yield Golden("did-it-last", ("case",), did_it_last(data, looked), {"looked": looked})

    improvers = what_improvers_did(data)
    yield Golden("what-improvers-did", ("section", "thing"), improvers, {}, ordered=True)
    far = what_improvers_did(data, 2, without_premise=["counts"])
    given: dict[str, str | list[str]] = {"steps": "2", "without_premise": ["counts"]}
    yield Golden("what-improvers-did", ("section", "thing"), far, given, ordered=True)
    early = what_improvers_did(data, looked="2015-12-31")
    yield Golden("what-improvers-did", ("section", "thing"), early, {"looked": "2015-12-31"}, ordered=True)

    yield Golden("inconsistencies", ("inconsistency",), inconsistencies(data), {})
    yield Golden("claims-checked", ("claim",), claims_checked(data), {})
    yield Golden("claims-checked", ("claim",), claims_checked(data, "disagrees"), {"result": "disagrees"})
    yield Golden("unsupported-cells", ("cell",), unsupported_cells(data), {})
    no_discussion = unsupported_cells(data, ["discussion"])
    yield Golden("unsupported-cells", ("cell",), no_discussion, {"without_premise": ["discussion"]})
    yield Golden("inferred", ("kind",), inferred_counts(data), {}, name="counts")
    for kind in INFERRED_KINDS:
        yield Golden("inferred", ("kind", "subject"), inferred(data, kind), {"kind": kind}, ordered=True)
    pair = ("challenge", "other")
    edu = "QUASER:EDU"
    stated_pairs = challenge_together(data, status="stated")
    uncounted = challenge_together(data, without_premise=["counts"])
    yield Golden("challenge-together", pair, challenge_together(data), {}, ordered=True)
    yield Golden("challenge-together", pair, challenge_together(data, edu), {"challenge": edu}, ordered=True)
    yield Golden("challenge-together", pair, stated_pairs, {"status": "stated"}, ordered=True)
    yield Golden("challenge-together", pair, uncounted, {"without_premise": ["counts"]}, ordered=True)
    grouped = ("challenge", "group")
    everyone, named_only = stakeholders_by_challenge(data), stakeholders_by_challenge(data, "stated")
    yield Golden("stakeholders-by-challenge", grouped, everyone, {}, ordered=True)
    yield Golden("stakeholders-by-challenge", grouped, named_only, {"status": "stated"}, ordered=True)
    iri = "https://w3id.org/qikg/concept/"
    rated = "Rating:RA7/2022-10-12/OVERALL/OVERALL/GOOD"
    for node, name in (
        (f"{iri}cfir2/IV.C.B", "by-address"), (f"{iri}quaser/LEAD", "doi-from-memory"), (f"{STUDY}/L1", "by-id"),
        (f"Claim:{STUDY}/K12", "in-parts"), ("RD7", "found-elsewhere"), (rated, "by-kind"),
    ):  # fmt: skip
        yield Golden("provenance", ("how", "source", "span"), provenance(data, node), {"node": node}, ordered=True, name=name)
    for kind in ("read", "cited", "listed"):
        yield Golden("sources", ("source",), sources(data, kind), {"kind": kind}, ordered=True)


def checks(data: Data) -> list[tuple[str, object, object]]:
    """Our totals beside the figures known of the study and of the frameworks."""
    matrix = case_matrix(data)
    values = Counter(str(row["value"]) for row in matrix)
    factors = Counter(row["best_reach"] for row in evidence_for_every_factor(data)[:25])
    # the sheet counts rows of the crosswalk, so that a factor may be reached by no excerpt and still be mapped
    reached = Counter(
        min((r.reach for r in data.readings(f) if framework_of(r.other) == "QUASER"), key=REACH.index, default="none")
        for f in data.concepts("MUSIQ")
        if data.parent[f] != "MUSIQ"
    )
    back = {"carries": "narrowMatch from QUASER", "related": "related at best", "none": "no row but NoTermFound"}
    pairs = {(item["case"], item["challenge"]) for item in data.items}
    results = Counter(row["check_result"] for row in data.claims)
    predicates = Counter(m.predicate for m in data.mappings)
    unjudged = {str(row["concept"]) for row in gaps(data, "CFIR2", "QUASER") if row["verdict"] == "not yet judged"}
    listed = ["III.J", "IV.R.F", "IV.R.G", "IV.R.H", "IV.R.I", "V.B", "V.B.1", "V.F.1", "V.F.2", "V.H.1", "V.H.2"]
    groups = ["III", "IV", "IV.R", "IV.C", "V"]
    stated = challenge_coverage(data, status="stated")
    return [
        ("cells present, absent, undetermined", [values[v] for v in ("present", "absent", "undetermined")], [52, 4, 8]),
        ("cells stated", len(case_matrix(data, status="stated")), 41),
        ("excerpts, mentions", [sum(map(is_excerpt, data.items)), 28 - sum(map(is_excerpt, data.items))], [26, 2]),
        ("excerpts and mentions of the matrix", [total(matrix, "excerpts"), total(matrix, "mentions")], [26, 2]),
        ("pairs of case and challenge with an item", len(pairs), 27),
        ("items of each case", [sum(i["case"] == c["case"] for i in data.items) for c in data.cases],
         [3, 4, 4, 3, 3, 4, 3, 4]),
        ("present cells without an item, without an excerpt (52 - 27, and 2)",
         [sum(not row["mentions"] for row in unsupported_cells(data)), len(unsupported_cells(data))], [25, 27]),
        ("coverage, stated: present and left out", [total(stated, "present"), total(stated, "left_out")], [41, 23]),
        ("claims: agrees, disagrees, not contradicted, untested",
         [results[r] for r in ("agrees", "disagrees", "not_contradicted", "untested")], [9, 9, 4, 5]),
        ("MUSIQ factors by best QUASER row", {back[k]: n for k, n in sorted(reached.items())},
         {"narrowMatch from QUASER": 12, "related at best": 12, "no row but NoTermFound": 1}),
        ("MUSIQ factors by best reach of an excerpt", [factors[r] for r in ("possible", "related", None)], [12, 12, 1]),
        ("mappings: close, related, narrow, broad, no term",
         [*(predicates[f"skos:{p}Match"] for p in ("close", "related", "narrow", "broad")),
          sum(m.object is None for m in data.mappings)], [62, 102, 48, 5, 32]),
        ("mappings stated", sum(m.status == "stated" for m in data.mappings), 1),
        ("CFIR 2022 not yet judged against QUASER", len(unjudged), 16),
        ("… and those are the listed ones and the groups", unjudged == {f"CFIR2:{c}" for c in listed + groups}, True),
        ("effects loaded (48 - 10)", sum(not r["basis"].startswith("UNVERIFIED") for r in data.relations), 38),
        ("inconsistencies", len(data.inconsistencies), 15),
    ]  # fmt: skip


def total(rows: Iterable[Row], column: str) -> int:
    return sum(value for row in rows if isinstance(value := row[column], int))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the golden results.")
    parser.add_argument("study", nargs="?", type=Path, default=ROOT / "evidence" / STUDY)
    parser.add_argument("frameworks", nargs="?", type=Path, default=ROOT / "ontology" / "frameworks")
    mapping = ROOT / "ontology" / "mappings" / f"{MAPPING_SET}.sssom.tsv"
    parser.add_argument("mapping", nargs="?", type=Path, default=mapping)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    data = Data(options.study, options.frameworks, options.mapping)
    wrong = 0
    for what, ours, theirs in checks(data):
        wrong += ours != theirs
        print(f"{'ok ' if ours == theirs else 'BAD'} {what}: {ours}" + ("" if ours == theirs else f", not {theirs}"))
    written = set()
    for golden in all_golden(data):
        keys = [tuple(str(row.get(column)) for column in golden.key) for row in golden.rows]
        repeated = [key for key, times in Counter(keys).items() if times > 1]
        if repeated:
            print(f"    {golden.file}: more than one row for {repeated}")
        (options.out / golden.file).write_text(golden.text(), encoding="utf-8", newline="\n")
        written.add(golden.file)
        print(f"    {len(golden.rows):4} rows  {golden.file}")
    for path in sorted(options.out.glob("*.json")):
        if path.name not in written:
            print(f"    no longer made: {path.name}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
