"""Makes what a study claims, where it disagrees with itself, what it asks, and the schemes that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qikg.loaders.studies.cases import case_of, made_in
from qikg.loaders.studies.files import (
    ClaimRow,
    ClaimSpanRow,
    InconsistencyRow,
    ItemRow,
    NamedFrameworkRow,
    NamedMemberRow,
    ReferenceRow,
    ResearchQuestionRow,
    Table2Row,
    Table3Row,
    Table4Row,
    ThemeRow,
)
from qikg.loaders.studies.places import printed_at
from qikg.ontology.crosswalk import Concept, Framework
from qikg.ontology.evidence import (
    AboutCase,
    AboutConcept,
    AnsweredBy,
    Assertion,
    Cell,
    CheckedAgainst,
    Cites,
    Claim,
    CodedItem,
    Inconsistency,
    Involves,
    MemberOf,
    NamedConcept,
    NamedFramework,
    Reference,
    RefersTo,
    ResearchQuestion,
    Theme,
)
from qikg.ontology.model import Ref
from qikg.ontology.provenance import Source, StatedIn

if TYPE_CHECKING:
    from qikg.loaders.studies.study import StudyFolder

_NAMED_IDS = re.compile(r"\b(?:[A-Z]+\d+(?:-\d+-\w+)?)\b")


def add(read: StudyFolder) -> None:
    """Add claims, inconsistencies, research questions, themes, named schemes and references."""
    _claims(read)
    _inconsistencies(read)
    _questions_and_themes(read)
    _references(read)
    _schemes(read)


def _claims(read: StudyFolder) -> None:
    things: dict[str, Ref] = {
        **{key: Claim.ref(read.node_id(key)) for key in read.keys(ClaimRow)},
        **{key: CodedItem.ref(read.node_id(key)) for key in read.keys(ItemRow)},
        **_cells(read),
    }
    for order, (number, row) in enumerate(read.rows(ClaimRow), start=1):
        claim = Claim(
            id=read.node_id(row.claim_id),
            order=order,
            section=row.section,
            line=row.line,
            lines=row.lines,
            quantifier=row.quantifier,
            summary=row.summary,
            check_result=row.check_result,
            check_status=row.check_grade,
            checked_against=row.checked_against,
            note=row.note,
            sources=read.source(ClaimRow),
        )
        read.content.add(claim, made_in(read, claim))
        for case in row.cases:
            if end := case_of(read, ClaimRow, number, case):
                read.content.add(AboutCase(start=claim.pointer, end=end, sources=claim.sources))
        for code in read.known(row.challenges, read.concepts, ClaimRow, number, "challenges", "concept"):
            read.content.add(AboutConcept(start=claim.pointer, end=Concept.ref(code), sources=claim.sources))
        for name in _NAMED_IDS.findall(row.checked_against or ""):
            if name in things:
                read.content.add(CheckedAgainst(start=claim.pointer, end=things[name], sources=claim.sources))
        spans = [(n, span) for n, span in read.rows(ClaimSpanRow) if span.claim_id == row.claim_id]
        if ClaimSpanRow.file not in read.tables:
            printed_at(read, ClaimRow, number, row, claim.pointer)
        elif not read.whole(ClaimSpanRow):
            pass  # it has its own error
        elif len(spans) != row.span_count:
            rule, hint = "not the number of rows that claim_spans.tsv has for this claim", f"There it has {len(spans)}."
            read.wrong(ClaimRow, number, "span_count", rule, row.span_count, hint)
        elif (row.start, row.end) != (spans[0][1].start, spans[0][1].end):
            rule, hint = "not the first span that claim_spans.tsv has for this claim", "Correct one of the two files."
            read.wrong(ClaimRow, number, "start", rule, f"{row.start}-{row.end}", hint)
        for n, span in spans:
            printed_at(read, ClaimSpanRow, n, span, claim.pointer, part=span.part)
    claims = read.keys(ClaimRow)
    for number, span in read.rows(ClaimSpanRow):
        read.known([span.claim_id], claims, ClaimSpanRow, number, "claim_id", "claim")


def _cells(read: StudyFolder) -> dict[str, Ref]:
    return {
        **{key: Cell.ref(read.node_id(key)) for key in (*read.keys(Table2Row), *read.keys(Table3Row))},
        **{key: Assertion.ref(read.node_id(key)) for key in read.keys(Table4Row)},
    }


def _inconsistencies(read: StudyFolder) -> None:
    cells = _cells(read)
    claims, items = read.keys(ClaimRow), read.keys(ItemRow)
    for number, row in read.rows(InconsistencyRow):
        node = Inconsistency(
            id=read.node_id(row.inconsistency_id),
            order=row.number,
            inconsistency_kind=row.kind,
            summary=row.summary,
            lines=row.lines,
            status=row.status,
            basis=row.basis,
            sources=read.source(InconsistencyRow),
        )
        read.content.add(node, made_in(read, node))
        broken = not all(read.whole(model) for model in (Table2Row, Table3Row, Table4Row))
        ends = [
            *(Claim.ref(read.node_id(name))
              for name in read.known(row.claims, claims, InconsistencyRow, number, "claims", "claim")),
            *(
                cells[name]
                for name in ([] if broken else read.known(row.cells, cells, InconsistencyRow, number, "cells", "cell"))
            ),
            *(CodedItem.ref(read.node_id(name))
              for name in read.known(row.items, items, InconsistencyRow, number, "items", "coded item")),
            *(Concept.ref(code)
              for code in read.known(row.challenges, read.concepts, InconsistencyRow, number, "challenges", "concept")),
        ]  # fmt: skip
        read.content.add(*(Involves(start=node.pointer, end=end, sources=node.sources) for end in ends))


def _questions_and_themes(read: StudyFolder) -> None:
    claims = read.keys(ClaimRow)
    for number, row in read.rows(ResearchQuestionRow):
        question = ResearchQuestion(
            id=read.node_id(row.question_id),
            summary=row.summary,
            answer=row.answer,
            answer_status=row.answer_status,
            sources=read.source(ResearchQuestionRow),
        )
        read.content.add(question, made_in(read, question))
        printed_at(read, ResearchQuestionRow, number, row, question.pointer)
        for name in read.known(row.answering_claims, claims, ResearchQuestionRow, number, "answering_claims", "claim"):
            end = Claim.ref(read.node_id(name))
            read.content.add(AnsweredBy(start=question.pointer, end=end, sources=question.sources))
    for number, line in read.rows(ThemeRow):
        theme = Theme(
            id=read.node_id(line.theme_id),
            label=line.label,
            order=line.order,
            on_cqc_page=line.on_cqc_page,
            sources=read.source(ThemeRow),
        )
        read.content.add(theme, made_in(read, theme))
        printed_at(read, ThemeRow, number, line, theme.pointer)


def _references(read: StudyFolder) -> None:
    for _, row in read.rows(ReferenceRow):
        reference = Reference(
            id=read.node_id(f"ref-{row.reference}"),
            number=row.reference,
            **row.model_dump(exclude={"reference"}),
            sources=read.source(ReferenceRow),
        )
        read.content.add(reference, made_in(read, reference))
        if row.resolved_to is not None and row.resolved_to in read.pages:
            page = Source.ref(read.pages[row.resolved_to])
            read.content.add(StatedIn(start=reference.pointer, end=page, sources=reference.sources))


def _schemes(read: StudyFolder) -> None:
    references = read.keys(ReferenceRow)
    for number, row in read.rows(NamedFrameworkRow):
        scheme = NamedFramework(
            id=read.node_id(row.framework_id),
            label=row.name,
            scheme_kind=row.kind,
            member_count_printed=row.member_count_printed,
            members_given=row.members_given,
            note=row.note,
            sources=read.source(NamedFrameworkRow),
        )
        read.content.add(scheme, made_in(read, scheme))
        printed_at(read, NamedFrameworkRow, number, row, scheme.pointer)
        for name in read.known(row.references, references, NamedFrameworkRow, number, "references", "reference"):
            end = Reference.ref(read.node_id(f"ref-{name}"))
            read.content.add(Cites(start=scheme.pointer, end=end, sources=scheme.sources))
        if row.scheme_code is not None:
            codes = read.known(
                [row.scheme_code], read.frameworks, NamedFrameworkRow, number, "scheme_code", "framework"
            )
            for code in codes:
                read.content.add(RefersTo(start=scheme.pointer, end=Framework.ref(code), sources=scheme.sources))
    schemes = read.keys(NamedFrameworkRow)
    for number, member in read.rows(NamedMemberRow):
        concept = NamedConcept(
            id=read.node_id(member.member_id),
            label=member.label,
            order=member.order,
            line=member.line,
            sources=read.source(NamedMemberRow),
        )
        read.content.add(concept)
        for name in read.known([member.framework_id], schemes, NamedMemberRow, number, "framework_id", "scheme"):
            end = NamedFramework.ref(read.node_id(name))
            read.content.add(MemberOf(start=concept.pointer, end=end, sources=concept.sources))
        if member.scheme_code is not None:
            for code in read.known(
                [member.scheme_code], read.concepts, NamedMemberRow, number, "scheme_code", "concept"
            ):
                read.content.add(RefersTo(start=concept.pointer, end=Concept.ref(code), sources=concept.sources))
