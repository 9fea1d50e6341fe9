"""What every class of the ontology keeps to, and what the model does with values."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping as MappingType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qikg.ontology.classes import LABELS, NODES, RELATIONSHIPS, THEMES
from qikg.ontology.crosswalk import Concept, Mapping
from qikg.ontology.dates import PartialDate
from qikg.ontology.evidence import CodedAs, IdentifiedAs, Study
from qikg.ontology.model import STATUSES, UNKNOWN, Field, Node, Ref, Relationship
from qikg.ontology.registers import Inspection, Operates, Organisation, Rating, SucceededBy

Described = type[Node] | type[Relationship]
CLASSES: dict[str, Described] = {**NODES, **RELATIONSHIPS}
FIELDS = [(name, field) for name, cls in CLASSES.items() for field in cls.fields()]

# What the design lists. A class may be added to the ontology; none of these may go, or change its name.
DESIGN_LABELS = """
    Framework Concept Challenge Factor Construct Element Domain Level KeyQuestion ServiceGroup RatingValue
    QualityStatement Outcome MappingSet Mapping Study Document Span Case Cell CodedItem Excerpt AuthorMention Mention
    Assertion Claim Inconsistency ResearchQuestion Theme Initiative StakeholderGroup Organisation Trust Provider Body
    Location Name Inspection Rating RegulatoryAction Source Load
""".split()
DESIGN_RELATIONSHIPS = """
    IN_FRAMEWORK BROADER REVISES AFFECTS CONTAINS SUBJECT OBJECT JUDGED_AGAINST EXACT_MATCH CLOSE_MATCH BROAD_MATCH
    NARROW_MATCH RELATED_MATCH TEXT_OF EXAMINES IN_DOCUMENT PRINTED_AT OF_CASE HAS_ROLE IDENTIFIED_AS FROM_CASE CODED_AS
    MENTIONS ABOUT_CASE ABOUT_CONCEPT SUPPORTED_BY ADDRESSES MADE_IN CHECKED_AGAINST INVOLVES USED_IN OPERATES NAMED
    SUCCEEDED_BY INSPECTED AWARDED RATES SAME_RATING_AS CURRENT_RATING CONFLICTS_WITH ACTED_ON FOLLOWED STATED_IN LOADED
""".split()
DESIGN_DERIVED = {
    *("EXACT_MATCH", "CLOSE_MATCH", "BROAD_MATCH", "NARROW_MATCH", "RELATED_MATCH"),
    *("ADDRESSES", "CURRENT_RATING", "CONFLICTS_WITH"),
}
# The design's NAMED_IN is two relationships, Mention NAMES Initiative and Mention OF_CASE Case.
DESIGN_RENAMED = {"NAMED_IN": ("NAMES", "OF_CASE")}
DESIGN_ENDS = {
    "IN_FRAMEWORK": ("Concept", "Framework"),
    "BROADER": ("Concept", "Concept"),
    "REVISES": ("Framework", "Framework"),
    "TEXT_OF": ("Document", "Study"),
    "EXAMINES": ("Study", "Case"),
    "IN_DOCUMENT": ("Span", "Document"),
    "FROM_CASE": ("CodedItem", "Case"),
    "CODED_AS": ("CodedItem", "Concept"),
    "SUPPORTED_BY": ("Assertion", "CodedItem"),
    "ADDRESSES": ("Case", "Concept"),
    "USED_IN": ("Initiative", "Case"),
    "OPERATES": ("Organisation", "Location"),
    "AWARDED": ("Inspection", "Rating"),
    "FOLLOWED": ("RegulatoryAction", "Inspection"),
    "LOADED": ("Load", "Source"),
}


def every(names: MappingType[str, Described]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("cls", names.values(), ids=names.keys())


def example(cls: Described, **values: object) -> Node | Relationship:
    """Make a thing of a class with the given values, and something for what else it must have."""
    given_: dict[str, object] = {"start": Ref("A", "1"), "end": Ref("B", "2")} if issubclass(cls, Relationship) else {}
    for field in cls.fields():
        if field.required:
            given_[field.name] = field.prop.vocabulary[0] if field.prop.vocabulary else filler(field)
    return cls.model_validate(given_ | values)


def filler(field: Field) -> object:
    return {str: "x", int: 1, float: 0.5, bool: True}[field.type]


def values_of(field: Field) -> st.SearchStrategy[object]:
    """Values that a field may hold; for text, many that a key must keep apart."""
    words = st.one_of(st.text(), st.sampled_from(["-", "|", "%", "%7C", "%2D", "-|-", "", "a|b"]))
    known: dict[type, st.SearchStrategy[object]] = {
        str: words,
        int: st.integers(),
        PartialDate: st.dates().map(lambda day: PartialDate(text=day.isoformat()[:7])),
    }
    return known[field.type] if field.required else st.one_of(st.none(), known[field.type])


def field_of(cls: Described, name: str) -> Field:
    return next(field for field in cls.fields() if field.name == name)


# --- what every class keeps to


@every(CLASSES)
def test_a_class_says_what_it_is_in_a_sentence(cls: Described) -> None:
    own = cls.__dict__.get("__doc__")

    assert own
    assert own[0].isupper()
    assert own.rstrip()[-1] in ".)"
    assert "\n" not in own


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[f"{name}.{field.name}" for name, field in FIELDS])
def test_a_property_says_what_it_means_in_a_sentence(name: str, field: Field) -> None:
    meaning = field.prop.meaning

    assert len(meaning.split()) > 1, f"{name}.{field.name}: {meaning!r} says no more than the name"
    assert meaning[0].isupper() or meaning[0] == "`"
    assert meaning.endswith(".")
    assert "|" not in meaning


def test_names_are_in_the_cases_of_the_house() -> None:
    for label in LABELS:
        assert label.isidentifier()
        assert label[0].isupper()
        assert "_" not in label
    for type_ in RELATIONSHIPS:
        assert type_ == type_.upper()
        assert type_.isidentifier()
    for _, field in FIELDS:
        assert field.name == field.name.lower()
        assert field.name.isidentifier()


def test_a_node_class_is_its_key_label_and_a_relationship_class_its_type() -> None:
    assert all(cls.__name__ == label for label, cls in NODES.items())
    for type_, cls in RELATIONSHIPS.items():
        assert cls.__name__ == "".join(part.capitalize() for part in type_.split("_"))
    assert len(NODES) == sum(len(nodes) for nodes, _ in THEMES.values())
    assert len(RELATIONSHIPS) == sum(len(relationships) for _, relationships in THEMES.values())


def test_every_property_but_labels_and_the_ends_is_described() -> None:
    for name, cls in CLASSES.items():
        described = {field.name for field in cls.fields()}
        assert set(cls.model_fields) - described == ({"labels"} if name in NODES else {"start", "end"})


def test_no_label_belongs_to_two_classes() -> None:
    labels = Counter(label for cls in NODES.values() for label in (cls.__name__, *cls.also))

    assert [label for label, count in labels.items() if count > 1] == []
    assert set(labels) == set(LABELS)


def test_no_relationship_type_is_spelled_like_a_label() -> None:
    """Node and edge types share one name space in the embedded engine, and upper and lower case are easily lost."""
    spelled = {label.casefold() for label in LABELS}

    assert {type_ for type_ in RELATIONSHIPS if type_.replace("_", "").casefold() in spelled} == set()


def test_no_two_classes_share_a_kind() -> None:
    kinds = Counter(cls.kind for cls in NODES.values())

    assert [kind for kind, count in kinds.items() if count > 1] == []
    assert all(kind == kind.lower() and "/" not in kind and " " not in kind for kind in kinds)
    assert "statement" not in kinds  # the address of a relationship that carries properties


@every(NODES)
def test_a_class_says_how_its_ids_are_made(cls: type[Node]) -> None:
    assert cls.id_rule.endswith(".")
    assert cls.id_rule.count("`") >= 2
    assert cls.id_rule.count("`") % 2 == 0


@every(RELATIONSHIPS)
def test_a_relationship_starts_and_ends_at_key_labels(cls: type[Relationship]) -> None:
    for side in (cls.starts, cls.ends):
        assert side
        assert len(side) == len(set(side))
        assert set(side) <= set(NODES)
    assert cls.derived == "" or cls.derived in NODES


@every(RELATIONSHIPS)
def test_the_identity_of_a_relationship_is_made_of_its_properties(cls: type[Relationship]) -> None:
    fields = {field.name: field for field in cls.fields()}

    assert set(cls.identity) <= set(fields)
    assert all(fields[name].cardinality == "single" for name in cls.identity)
    assert "sources" not in cls.identity
    assert "key" not in fields  # the graph keeps the key under that name


@pytest.mark.parametrize(
    ("name", "field"), [item for item in FIELDS if item[1].name == "status" or item[1].name.endswith("_status")]
)
def test_a_status_is_one_of_the_three(name: str, field: Field) -> None:
    if (name, field.name) == ("Framework", "doi_status"):  # how the DOI is known: seen, or from memory
        return
    assert field.prop.vocabulary == STATUSES
    for word in STATUSES:
        assert getattr(example(CLASSES[name], **{field.name: word}), field.name) == word
    with pytest.raises(ValidationError):
        example(CLASSES[name], **{field.name: "open"})


def test_whoever_speaks_of_the_statuses_holds_nothing_else() -> None:
    assert all(field.prop.vocabulary == STATUSES for _, field in FIELDS if set(STATUSES) & set(field.prop.vocabulary)
               and field.name != "value")  # fmt: skip


@pytest.mark.parametrize(("name", "field"), [item for item in FIELDS if item[1].prop.vocabulary])
def test_a_vocabulary_is_of_text_and_says_no_word_twice(name: str, field: Field) -> None:
    assert field.type is str, name
    assert len(set(field.prop.vocabulary)) == len(field.prop.vocabulary)


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[f"{name}.{field.name}" for name, field in FIELDS])
def test_only_a_list_is_ordered_and_only_text_holds_concepts(name: str, field: Field) -> None:
    assert not field.prop.ordered or field.cardinality == "ordered"
    assert not field.prop.concepts or field.type is str, name


# --- what the model does with values


@every(CLASSES)
def test_what_is_stored_is_every_property_with_the_bounds_of_dates(cls: Described) -> None:
    expected = {name for field in cls.fields() for name in field.properties} - {"id", "sources"}
    dates = {field.name: PartialDate(text="2015-04") for field in cls.fields() if field.type is PartialDate}
    stored = example(cls, **dates).properties()

    assert set(stored) == expected
    for name in dates:
        assert stored[name] == "2015-04"
        assert stored[f"{name}_earliest"] == datetime.date(2015, 4, 1)
        assert stored[f"{name}_latest"] == datetime.date(2015, 4, 30)


@every(CLASSES)
def test_what_is_not_known_is_stored_as_null_lists_too(cls: Described) -> None:
    stored = example(cls).properties()
    for field in cls.fields():
        if field.name in {"id", "sources"} or field.required:
            continue
        assert all(stored[name] is None for name in field.properties)


@pytest.mark.parametrize(("words", "stored"), [((), None), (("",), None), (("", "x"), ["", "x"]), (("x",), ["x"])])
def test_a_list_without_a_word_in_it_is_stored_as_nothing(words: tuple[str, ...], stored: list[str] | None) -> None:
    concept = Concept(id="F:A", label="A", notation="A", order=1, words=words)
    assert concept.properties()["words"] == stored


@every(CLASSES)
def test_nothing_can_be_changed_or_added(cls: Described) -> None:
    thing = example(cls)

    with pytest.raises(ValidationError, match="frozen"):
        thing.sources = ("another",)
    with pytest.raises(ValidationError, match="extra"):
        example(cls, unheard_of="x")


@pytest.mark.parametrize(("name", "field"), [item for item in FIELDS if item[1].required and item[1].name != "id"])
def test_what_is_required_must_be_given(name: str, field: Field) -> None:
    with pytest.raises(ValidationError):
        example(CLASSES[name], **{field.name: None})


@pytest.mark.parametrize(("name", "field"), [item for item in FIELDS if item[1].cardinality == "set"])
@settings(max_examples=20)  # for each of about a hundred properties
@given(data=st.data(), words=st.lists(st.text(max_size=3)))
def test_a_set_is_sorted_and_holds_nothing_twice(
    name: str, field: Field, data: st.DataObject, words: list[str]
) -> None:
    turned = data.draw(st.permutations(words))
    one, other = (example(CLASSES[name], **{field.name: tuple(order)}) for order in (words, [*turned, *words]))

    assert getattr(one, field.name) == tuple(sorted(set(words)))
    assert one == other


@pytest.mark.parametrize(("name", "field"), [item for item in FIELDS if item[1].cardinality == "ordered"])
@given(words=st.lists(st.text(max_size=3)))
def test_an_ordered_list_is_kept_as_it_is(name: str, field: Field, words: list[str]) -> None:
    assert getattr(example(CLASSES[name], **{field.name: tuple(words)}), field.name) == tuple(words)


def test_which_lists_are_ordered() -> None:
    assert field_of(Study, "authors").cardinality == "ordered"
    assert field_of(Inspection, "visit_periods").cardinality == "ordered"
    assert field_of(Concept, "words").cardinality == "set"
    assert field_of(Mapping, "author_id").cardinality == "set"


@pytest.mark.parametrize("identifier", ["", " ", " a", "a ", "a\n"])
def test_an_id_is_said_and_has_no_blanks_around_it(identifier: str) -> None:
    with pytest.raises(ValidationError, match="blanks around it"):
        Organisation(id=identifier)


def test_a_second_label_must_be_one_of_its_class() -> None:
    assert Organisation(id="RXR", labels=("Trust", "Provider")).labels == ("Trust", "Provider")
    with pytest.raises(ValidationError, match="Excerpt is not a second label of Organisation"):
        Organisation(id="RXR", labels=("Excerpt",))


def test_a_node_is_pointed_at_by_its_key_label_and_id() -> None:
    trust = Organisation(id="RXR", labels=("Trust",))

    assert trust.pointer == Organisation.ref("RXR") == Ref("Organisation", "RXR")


# --- keys


@every({type_: cls for type_, cls in RELATIONSHIPS.items() if not cls.identity})
def test_a_relationship_without_identity_has_no_key(cls: type[Relationship]) -> None:
    thing = example(cls)

    assert isinstance(thing, Relationship)
    assert thing.key is None


@every({type_: cls for type_, cls in RELATIONSHIPS.items() if cls.identity})
@given(data=st.data())
def test_a_key_is_never_null_and_tells_every_identity_apart(cls: type[Relationship], data: st.DataObject) -> None:
    fields = [field_of(cls, name) for name in cls.identity]
    one, other = ({field.name: data.draw(values_of(field)) for field in fields} for _ in range(2))
    keys = []
    for values in (one, other):
        thing = example(cls, **values)
        assert isinstance(thing, Relationship)
        assert thing.key
        keys.append(thing.key)
    # an empty text is as little known as no text
    same = [one[field.name] or None for field in fields] == [other[field.name] or None for field in fields]

    assert (keys[0] == keys[1]) is same


def test_keys_as_they_are_written() -> None:
    trust, site, case = Ref("Organisation", "RXR"), Ref("Location", "RXR20"), Ref("Case", "s/case-1")
    item, code = Ref("CodedItem", "s/L1"), Ref("Concept", "QUASER:LEAD")

    assert Operates(start=trust, end=site).key == UNKNOWN
    assert Operates(start=trust, end=site, since=PartialDate(text="2003-04")).key == "2003-04"
    assert IdentifiedAs(start=case, end=trust, status="inferred").key == UNKNOWN
    assert CodedAs(start=item, end=code, coder="authors", status="stated").key == "authors"
    assert CodedAs(start=item, end=code, coder="a|b%", status="stated").key == "a%7Cb%25"
    assert CodedAs(start=item, end=code, coder=UNKNOWN, status="stated").key == "%2D"
    assert SucceededBy(start=trust, end=trust).key is None


# --- the design


def test_every_label_of_the_design_is_there() -> None:
    assert set(DESIGN_LABELS) - set(LABELS) == set()


def test_every_relationship_of_the_design_is_there() -> None:
    assert set(DESIGN_RELATIONSHIPS) - set(RELATIONSHIPS) == set()
    for types in DESIGN_RENAMED.values():
        assert set(types) <= set(RELATIONSHIPS)
        assert all("Mention" in RELATIONSHIPS[type_].starts for type_ in types)


@pytest.mark.parametrize("type_", DESIGN_ENDS)
def test_a_relationship_joins_what_the_design_says(type_: str) -> None:
    start, end = DESIGN_ENDS[type_]

    assert RELATIONSHIPS[type_].starts == (start,)
    assert RELATIONSHIPS[type_].ends == (end,)


def test_what_the_design_calls_derived_is_derived() -> None:
    assert {type_ for type_ in DESIGN_DERIVED if not RELATIONSHIPS[type_].derived} == set()


def test_coded_properties_hold_the_concepts_of_the_design() -> None:
    held = {field.name: field.prop.concepts for field in Rating.fields() if field.prop.concepts}

    assert held == {"question": "CQC", "service": "CQCSERVICE", "value": "CQCRATING", "quality_statement": "CQCQS"}
