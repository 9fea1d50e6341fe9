"""Makes the coded items of a study, with the initiatives and groups of people that they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qikg.loaders.studies.cases import case_of, made_in
from qikg.loaders.studies.files import (
    CaseRow,
    ClaimRow,
    GroupRow,
    InitiativeRow,
    ItemGroupRow,
    ItemRow,
    MentionRow,
)
from qikg.loaders.studies.places import printed_at
from qikg.ontology.crosswalk import Concept
from qikg.ontology.evidence import (
    Case,
    Claim,
    CodedAs,
    CodedItem,
    FromCase,
    Initiative,
    Mention,
    Mentions,
    Names,
    OfCase,
    StakeholderGroup,
    UsedIn,
    Within,
)
from qikg.ontology.model import INFERRED, STATED, Status
from qikg.ontology.provenance import Source, StatedIn

if TYPE_CHECKING:
    from qikg.loaders.studies.study import StudyFolder

AUTHORS = "authors"
"""The coder of a study that was coded by its own authors."""


def add(read: StudyFolder) -> None:
    """Add coded items, initiatives and where they are named, and groups of people."""
    _initiatives(read)
    _groups(read)
    _items(read)
    _mentions(read)


def _items(read: StudyFolder) -> None:
    initiatives, groups = read.keys(InitiativeRow), read.keys(GroupRow)
    graded: dict[str, set[str]] = {}
    for _, link in read.rows(ItemGroupRow):
        graded.setdefault(link.item_id, set()).add(link.group_id)
    for number, row in read.rows(ItemRow):
        item = CodedItem(
            id=read.node_id(row.item_id),
            labels=("AuthorMention",) if row.kind == "author_mention" else ("Excerpt",),
            label=row.item_id,
            voice=row.kind,
            summary=row.summary,
            text_note=row.text_note,
            status=STATED,
            sources=read.source(ItemRow),
        )
        read.content.add(item, made_in(read, item))
        printed_at(read, ItemRow, number, row, item.pointer)
        if case := case_of(read, ItemRow, number, row.case):
            read.content.add(FromCase(start=item.pointer, end=case, sources=item.sources))
        for code in read.known([row.challenge], read.concepts, ItemRow, number, "challenge", "concept"):
            read.content.add(
                CodedAs(start=item.pointer, end=Concept.ref(code), coder=AUTHORS, status=STATED, sources=item.sources)
            )
        for name in read.known(row.initiatives, initiatives, ItemRow, number, "initiatives", "initiative"):
            end = Initiative.ref(read.node_id(name))
            read.content.add(Mentions(start=item.pointer, end=end, status=STATED, sources=item.sources))
        found = read.known(row.stakeholder_groups, groups, ItemRow, number, "stakeholder_groups", "group")
        if ItemGroupRow.file not in read.tables:
            for name in found:
                end = StakeholderGroup.ref(read.node_id(name))
                read.content.add(Mentions(start=item.pointer, end=end, status=STATED, sources=item.sources))
        elif read.whole(ItemGroupRow) and set(row.stakeholder_groups) != (linked := graded.get(row.item_id, set())):
            rule, hint = (
                "not the groups that item_stakeholders.tsv has for this item",
                f"There: {'|'.join(sorted(linked))}",
            )
            read.wrong(ItemRow, number, "stakeholder_groups", rule, "|".join(row.stakeholder_groups), hint)


def _groups(read: StudyFolder) -> None:
    for _, row in read.rows(GroupRow):
        group = StakeholderGroup(
            id=read.node_id(row.group_id), label=row.label, group_kind=row.kind, item_count=row.item_count,
            note=row.note, sources=read.source(GroupRow),
        )  # fmt: skip
        read.content.add(group, made_in(read, group))
    items, groups = read.keys(ItemRow), read.keys(GroupRow)
    for number, link in read.rows(ItemGroupRow):
        item = read.known([link.item_id], items, ItemGroupRow, number, "item_id", "coded item")
        found = read.known([link.group_id], groups, ItemGroupRow, number, "group_id", "group")
        if item and found:
            read.content.add(
                Mentions(
                    start=CodedItem.ref(read.node_id(link.item_id)),
                    end=StakeholderGroup.ref(read.node_id(link.group_id)),
                    basis=link.basis,
                    status=link.status,
                    sources=read.source(ItemGroupRow),
                )
            )


def _initiatives(read: StudyFolder) -> None:
    how: dict[tuple[str, str], set[Status | None]] = {}
    for _, mention in read.rows(MentionRow):
        if mention.case is not None:
            how.setdefault((mention.initiative_id, mention.case), set()).add(mention.case_status)
    cases = read.keys(CaseRow)
    for number, row in read.rows(InitiativeRow):
        initiative = Initiative(
            id=read.node_id(row.initiative_id), label=row.label, initiative_kind=row.kind, public_name=row.public_name,
            public_name_status=row.public_name_status, note=row.note, url=row.url, sources=read.source(InitiativeRow),
        )  # fmt: skip
        read.content.add(initiative, made_in(read, initiative))
        for case in read.known(row.cases, cases, InitiativeRow, number, "cases", "case"):
            # Stated where one place in the text names it for the case; else inferred.
            status: Status = STATED if STATED in how.get((row.initiative_id, case), set()) else INFERRED
            end = Case.ref(read.case_id(case))
            read.content.add(UsedIn(start=initiative.pointer, end=end, status=status, sources=initiative.sources))
        if row.url is not None and row.url in read.pages:
            page = Source.ref(read.pages[row.url])
            read.content.add(StatedIn(start=initiative.pointer, end=page, sources=initiative.sources))


def _mentions(read: StudyFolder) -> None:
    initiatives, items, claims = read.keys(InitiativeRow), read.keys(ItemRow), read.keys(ClaimRow)
    for number, row in read.rows(MentionRow):
        mention = Mention(
            id=read.node_id(row.mention_id), section=row.section, note=row.note, sources=read.source(MentionRow)
        )
        read.content.add(mention, made_in(read, mention))
        printed_at(read, MentionRow, number, row, mention.pointer)
        for name in read.known([row.initiative_id], initiatives, MentionRow, number, "initiative_id", "initiative"):
            end = Initiative.ref(read.node_id(name))
            read.content.add(Names(start=mention.pointer, end=end, sources=mention.sources))
        if row.case is None and row.case_status is not None:
            hint = "Name the case, or leave both cells empty."
            read.wrong(MentionRow, number, "case_status", "a status without a case", row.case_status, hint)
        if row.case is not None and (case := case_of(read, MentionRow, number, row.case)):
            status = row.case_status or INFERRED
            read.content.add(OfCase(start=mention.pointer, end=case, status=status, sources=mention.sources))
        if row.item_id is not None and read.known([row.item_id], items, MentionRow, number, "item_id", "coded item"):
            item = CodedItem.ref(read.node_id(row.item_id))
            read.content.add(Within(start=mention.pointer, end=item, sources=mention.sources))
        if row.claim_id is not None and read.known([row.claim_id], claims, MentionRow, number, "claim_id", "claim"):
            claim = Claim.ref(read.node_id(row.claim_id))
            read.content.add(Within(start=mention.pointer, end=claim, sources=mention.sources))
