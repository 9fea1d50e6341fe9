"""Makes the cases of a study and what its tables say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qikg.loaders.report import nearest
from qikg.loaders.studies.files import (
    CaseRow,
    EventRow,
    GridRow,
    ItemRow,
    NamedMemberRow,
    RoleRow,
    SourceRow,
    Table2Row,
    Table3Row,
    Table4Row,
)
from qikg.loaders.studies.places import printed_at
from qikg.ontology.crosswalk import Concept
from qikg.ontology.evidence import (
    AboutCase,
    AboutConcept,
    Assertion,
    CandidateGrid,
    Case,
    Cell,
    CheckedAgainst,
    CodedItem,
    Examines,
    HasRole,
    LeavesBlank,
    MadeIn,
    NamedConcept,
    OfCase,
    Study,
    SupportedBy,
)
from qikg.ontology.model import STATED, UNDETERMINED, Node, Ref
from qikg.ontology.provenance import Source, StatedIn
from qikg.ontology.registers import Rating, RegulatoryAction

if TYPE_CHECKING:
    from qikg.loaders.studies.study import StudyFolder
    from qikg.loaders.tables import Row


def add(read: StudyFolder) -> None:
    """Add the cases, the cells of Tables 2 and 3, the findings of Table 4 and the grids that fit them."""
    for order, (number, row) in enumerate(read.rows(CaseRow), start=1):
        case = Case(
            id=read.case_id(row.case),
            number=row.case,
            order=order,
            **row.model_dump(exclude={"case", "start", "end", "line_start", "line_end", "sha256"}),
            sources=read.source(CaseRow),
        )
        read.content.add(case, Examines(start=Study.ref(read.id), end=case.pointer, sources=case.sources))
        printed_at(read, CaseRow, number, row, case.pointer)
    _table2(read)
    _table3(read)
    _table4(read)
    _grids(read)
    _roles(read)


def made_in(read: StudyFolder, node: Node) -> MadeIn:
    """Say that a node is part of the study."""
    return MadeIn(start=node.pointer, end=Study.ref(read.id), sources=node.sources)


def case_of(read: StudyFolder, model: type[Row], number: int, case: str) -> Ref | None:
    """Point at a case, or report that there is none."""
    known = read.known([case], read.keys(CaseRow), model, number, "case", "case")
    return Case.ref(read.case_id(case)) if known else None


def _table2(read: StudyFolder) -> None:
    for number, row in read.rows(Table2Row):
        cell = Cell(
            id=read.node_id(row.cell_id),
            table="Table 2",
            **row.model_dump(exclude={"cell_id", "case"}),
            status=STATED,
            sources=read.source(Table2Row),
        )
        read.content.add(cell, made_in(read, cell))
        if case := case_of(read, Table2Row, number, row.case):
            read.content.add(OfCase(start=cell.pointer, end=case, status=STATED, sources=cell.sources))
        if row.check_url is not None:
            if row.check_url in read.pages:
                page = Source.ref(read.pages[row.check_url])
                read.content.add(StatedIn(start=cell.pointer, end=page, sources=cell.sources))
            elif read.whole(SourceRow):
                hint = nearest(row.check_url, read.pages) or "Add a row for it there."
                rule = "not an address of sources.tsv"
                read.wrong(Table2Row, number, "check_url", rule, row.check_url, hint)


def _table3(read: StudyFolder) -> None:
    events = {row.event_id: row for _, row in read.rows(EventRow)}
    for number, row in read.rows(Table3Row):
        cell = Cell(
            id=read.node_id(row.date_id),
            table="Table 3",
            attribute="date",
            printed=row.printed,
            value=row.date.text if row.date else None,
            sequence=row.sequence,
            cell_sequence=row.cell_sequence,
            date=row.date,
            date_type=row.date_type,
            date_type_status=row.date_type_status,
            column=row.column,
            column_options=row.column_options,
            status=row.status,
            basis=row.basis,
            sources=read.source(Table3Row),
        )
        if row.status == UNDETERMINED and row.column is not None:
            hint = "Leave it empty and list the candidates in column_options, or change status."
            read.wrong(Table3Row, number, "column", "an undetermined column is filled in", row.column, hint)
        read.content.add(cell, made_in(read, cell))
        printed_at(read, Table3Row, number, row, cell.pointer)
        if case := case_of(read, Table3Row, number, row.case):
            read.content.add(OfCase(start=cell.pointer, end=case, status=STATED, sources=cell.sources))
        for event in read.known(row.event_ids, read.keys(EventRow), Table3Row, number, "event_ids", "event"):
            if event in events and (end := _event(events[event])):
                read.content.add(CheckedAgainst(start=cell.pointer, end=end, sources=cell.sources))


def _event(row: EventRow) -> Ref | None:
    if row.event_type == "merger":
        return None
    if row.event_type != "rating":
        return RegulatoryAction.ref(row.event_id)
    value = (row.overall_rating or "").upper().replace(" ", "_")
    return Rating.ref(f"{row.code}/{row.date or 'undated'}/OVERALL/OVERALL/{value}")


def _table4(read: StudyFolder) -> None:
    items = read.keys(ItemRow)
    seen: dict[tuple[str, str], int] = {}
    for number, row in read.rows(Table4Row):
        earlier = seen.setdefault((row.case, row.challenge), number)
        if earlier != number:
            rule, hint = "case and challenge stand twice", f"They stand first in row {earlier}."
            read.wrong(Table4Row, number, "challenge", rule, f"{row.case}, {row.challenge}", hint)
        if (row.value == UNDETERMINED) != (row.status == UNDETERMINED):
            rule = "value and status must be undetermined together, or neither"
            hint = "An undetermined cell is never filled in; a filled cell is stated or inferred."
            read.wrong(Table4Row, number, "value", rule, f"{row.value}, {row.status}", hint)
        assertion = Assertion(
            id=read.node_id(row.cell_id),
            value=row.value,
            status=row.status,
            basis_kind=row.basis_kind,
            basis=row.basis,
            premises=row.premises,
            sources=read.source(Table4Row),
        )
        read.content.add(assertion, made_in(read, assertion))
        if case := case_of(read, Table4Row, number, row.case):
            read.content.add(AboutCase(start=assertion.pointer, end=case, sources=assertion.sources))
        for code in read.known([row.challenge], read.concepts, Table4Row, number, "challenge", "concept"):
            read.content.add(AboutConcept(start=assertion.pointer, end=Concept.ref(code), sources=assertion.sources))
        for item in read.known(row.item_ids, items, Table4Row, number, "item_ids", "coded item"):
            end = CodedItem.ref(read.node_id(item))
            read.content.add(SupportedBy(start=assertion.pointer, end=end, sources=assertion.sources))


def _grids(read: StudyFolder) -> None:
    cells = read.keys(Table4Row)
    for number, row in read.rows(GridRow):
        grid = CandidateGrid(
            id=read.node_id(row.grid_id),
            label=row.label,
            eighth_blank=row.eighth_blank,
            fits_discussion=row.fits_discussion,
            sources=read.source(GridRow),
        )
        read.content.add(grid, made_in(read, grid))
        for case in ("4", "7", "8"):
            column = f"blanks_case_{case}"
            blanks = [f"T4-{case}-{code}" for code in getattr(row, column)]
            for cell in read.known(blanks, cells, GridRow, number, column, "cell"):
                end = Assertion.ref(read.node_id(cell))
                read.content.add(LeavesBlank(start=grid.pointer, end=end, sources=grid.sources))


def _roles(read: StudyFolder) -> None:
    # The paper's own classification of the challenges: its members are named by their labels.
    members = {row.label: row.member_id for _, row in read.rows(NamedMemberRow) if row.framework_id == "FN02"}
    for number, row in read.rows(RoleRow):
        if not read.known([row.challenge], read.concepts, RoleRow, number, "challenge", "concept"):
            continue
        challenge = Concept.ref(row.challenge)
        printed_at(read, RoleRow, number, row, challenge, note=row.printed_header)
        for label, has in (
            ("Input", row.input),
            ("Transformation process", row.transformation),
            ("Output", row.output_direct),
        ):
            if label not in members and not read.whole(NamedMemberRow):
                continue
            for name in read.known([label], members, RoleRow, number, label.split()[0].lower(), "role"):
                read.content.add(
                    HasRole(
                        start=challenge,
                        end=NamedConcept.ref(read.node_id(members[name])),
                        value="present" if has else "absent",
                        printed=row.printed_header,
                        status=row.status,
                        note=row.note,
                        sources=read.source(RoleRow),
                    )
                )
