"""Frameworks, their concepts, and the mappings between them."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Annotated, ClassVar, TypeAlias

from qikg.ontology.model import STATUSES, HowKnown, Node, Prop, Relationship, Status

Language: TypeAlias = Annotated[
    str | None, Prop("Language of its label and definition, as a BCP 47 tag in small letters.", term="dc:language")
]


class Framework(Node):
    """A framework or a code list, in one version."""

    kind: ClassVar[str] = "framework"
    id_rule: ClassVar[str] = "Its prefix: `QUASER`."
    term: ClassVar[str] = "skos:ConceptScheme"

    label: Annotated[str, Prop("Its name.", term="dcterms:title", spoken=True)]
    definition: Annotated[
        str | None, Prop("What it is, in our own words.", term="skos:definition", spoken=True)
    ] = None
    language: Language = None
    scheme: Annotated[str | None, Prop("The name of the scheme in the data files.")] = None
    framework_kind: Annotated[
        str | None,
        Prop("What kind of things it lists.", vocabulary=("tasks", "conditions", "determinants", "outcomes", "codes")),
    ] = None
    year: Annotated[int | None, Prop("Year of publication.", term="dcterms:issued", unit="year")] = None
    doi: Annotated[str | None, Prop("DOI of the publication.", term="bibo:doi")] = None
    doi_status: Annotated[
        str | None,
        Prop("Whether the DOI was seen at a source or written from memory.", vocabulary=("seen", "from memory")),
    ] = None
    source_doi: Annotated[str | None, Prop("DOI or ISBN that the list was taken from.")] = None
    licence: Annotated[str | None, Prop("What may be done with it.", term="dc:rights")] = None
    certainty: Annotated[float | None, Prop("How sure name and place in the list are.", unit="0 to 1")] = None
    how_seen: Annotated[str | None, Prop("How name and place in the list were seen.")] = None
    source_address: Annotated[str | None, Prop("Where name and place in the list were seen.")] = None


class Concept(Node):
    """One item of a framework or code list."""

    kind: ClassVar[str] = "concept"
    id_rule: ClassVar[str] = "Its code, `<prefix>:<local code>`: `CFIR2:IV.C.B`."
    term: ClassVar[str] = "skos:Concept"
    also: ClassVar[MappingType[str, str]] = {
        "Challenge": "A task for leaders: QUASER, Organizing for Quality.",
        "Factor": "A condition around a project: MUSIQ.",
        "Level": "A level, or a type of context, that groups factors: MUSIQ.",
        "Construct": "A determinant: CFIR; subconstructs included.",
        "Domain": "A domain or subdomain that groups constructs: CFIR.",
        "Element": "An element of one of the other frameworks.",
        "KeyQuestion": "A question that the Care Quality Commission rates.",
        "RatingValue": "A value of a rating.",
        "ServiceGroup": "What a rating is about: a core service or population group.",
        "QualityStatement": "A statement of the single assessment framework.",
    }

    label: Annotated[str, Prop("Its name.", term="skos:prefLabel", spoken=True)]
    definition: Annotated[
        str | None, Prop("What it means, in our own words.", term="skos:definition", spoken=True)
    ] = None
    language: Language = None
    notation: Annotated[str, Prop("Its code without the prefix.", term="skos:notation")]
    order: Annotated[int, Prop("Its place in the list of the publication, from 1.")]
    words: Annotated[tuple[str, ...], Prop("Other words for it that data use.", term="skos:altLabel", spoken=True)] = ()
    score: Annotated[int | None, Prop("Rank of a rating value; 4 is the best.", unit="1 to 4")] = None
    area_id: Annotated[str | None, Prop("Id of the inspection area that the regulator's API uses for it.")] = None
    source_doi: Annotated[str | None, Prop("DOI or ISBN that it was taken from.")] = None
    certainty: Annotated[float | None, Prop("How sure name and place in the list are.", unit="0 to 1")] = None
    how_seen: Annotated[str | None, Prop("How name and place in the list were seen.")] = None
    source_address: Annotated[str | None, Prop("Where name and place in the list were seen.")] = None


class Outcome(Node):
    """What a model says is affected."""

    kind: ClassVar[str] = "outcome"
    id_rule: ClassVar[str] = "`OUTCOME:<its name in the data>`: `OUTCOME:PERCEIVED_QI_SUCCESS`."

    label: Annotated[str, Prop("Its name.", term="rdfs:label")]


# The RDF of mapping sets and mappings is SSSOM/RDF (SSSOM 1.1): its own terms, and where its schema takes those of OWL,
# Dublin Core, PAV or RDFS (`slot_uri`), the same. A set's id and a record's id are no properties there, but the address
# of what they name.


class MappingSet(Node):
    """A set of mappings, made by one party, in one version."""

    kind: ClassVar[str] = "mapping-set"
    id_rule: ClassVar[str] = "Last part of its address: `quaser-musiq-cfir`."
    term: ClassVar[str] = "sssom:MappingSet"

    iri: Annotated[str | None, Prop("Its address, as the file gives it.", resource="address")] = None
    title: Annotated[str | None, Prop("Its title.", term="dcterms:title")] = None
    version: Annotated[str | None, Prop("Its version.", term="owl:versionInfo")] = None
    description: Annotated[str | None, Prop("What it is.", term="dcterms:description")] = None
    licence: Annotated[str | None, Prop("Address of its licence.", term="dcterms:license", resource="address")] = None
    sssom_version: Annotated[
        str | None,
        Prop(
            "Version of SSSOM it is written in.",
            term="sssom:sssom_version",
            meanings=(("1.0", "sssom:version1.0"), ("1.1", "sssom:version1.1")),
        ),
    ] = None
    creator_id: Annotated[tuple[str, ...], Prop("Who made it.", term="dcterms:creator", resource="curie")] = ()
    creator_label: Annotated[tuple[str, ...], Prop("Names of who made it.", term="sssom:creator_label")] = ()
    curie_map: Annotated[tuple[str, ...], Prop("Prefixes it declares, each `prefix=address`.")] = ()
    other: Annotated[tuple[str, ...], Prop("Further metadata of the file, each `slot=value`.")] = ()


class Mapping(Node):
    """One row of a mapping set: what one party says of two concepts. It carries every SSSOM slot of its row."""

    kind: ClassVar[str] = "mapping"
    id_rule: ClassVar[str] = (
        "`<set>/<record id>`, or `<set>/<hash of its content>` where its row has none: `quaser-musiq-cfir/XW001`."
    )
    term: ClassVar[str] = "owl:Axiom"

    iri: Annotated[
        str | None, Prop("Its address: the record id in full, or one made from its content.", resource="address")
    ] = None
    record_id: Annotated[str | None, Prop("Record id, as the file gives it.")] = None
    mapping_set: Annotated[str, Prop("Id of the set that it belongs to.")]
    subject_id: Annotated[str, Prop("Subject, as the file gives it.", term="owl:annotatedSource", resource="curie")]
    subject_label: Annotated[str | None, Prop("Label of the subject in the file.", term="sssom:subject_label")] = None
    predicate_id: Annotated[
        str, Prop("Predicate, as the file gives it.", term="owl:annotatedProperty", resource="curie")
    ]
    predicate_modifier: Annotated[
        str | None,
        Prop("`Not` turns it round.", term="sssom:predicate_modifier", meanings=(("Not", "sssom:NegatedPredicate"),)),
    ] = None
    object_id: Annotated[str, Prop("Object, as the file gives it.", term="owl:annotatedTarget", resource="curie")]
    object_label: Annotated[str | None, Prop("Label of the object in the file.", term="sssom:object_label")] = None
    mapping_justification: Annotated[
        str, Prop("How it was made (SEMAPV).", term="sssom:mapping_justification", resource="curie")
    ]
    confidence: Annotated[
        float | None,
        Prop("How sure its author is; absent where none was given.", term="sssom:confidence", unit="0 to 1"),
    ] = None
    subject_source: Annotated[
        str | None, Prop("Framework of the subject.", term="sssom:subject_source", resource="curie")
    ] = None
    subject_source_version: Annotated[
        str | None, Prop("Version of that framework.", term="sssom:subject_source_version")
    ] = None
    object_source: Annotated[
        str | None, Prop("Framework of the object.", term="sssom:object_source", resource="curie")
    ] = None
    object_source_version: Annotated[
        str | None, Prop("Version of that framework.", term="sssom:object_source_version")
    ] = None
    author_id: Annotated[tuple[str, ...], Prop("Who made it.", term="pav:authoredBy", resource="curie")] = ()
    author_label: Annotated[tuple[str, ...], Prop("Names of who made it.", term="sssom:author_label")] = ()
    reviewer_id: Annotated[tuple[str, ...], Prop("Who checked it.", term="sssom:reviewer_id", resource="curie")] = ()
    reviewer_label: Annotated[tuple[str, ...], Prop("Names of who checked it.", term="sssom:reviewer_label")] = ()
    comment: Annotated[str | None, Prop("Comment, as the file gives it.", term="rdfs:comment")] = None
    other: Annotated[tuple[str, ...], Prop("Further slots of the row, each `slot=value`.")] = ()
    subject_concept: Annotated[str | None, Prop("Concept of this graph that the subject is.")] = None
    object_concept: Annotated[str | None, Prop("Concept of this graph that the object is.")] = None
    judged_framework: Annotated[str | None, Prop("Framework in which no close term was found.")] = None
    rationale: Annotated[str | None, Prop("Why the author says so, from the comment.")] = None
    basis: Annotated[str | None, Prop("What it rests on, from the comment.")] = None
    basis_source: Annotated[str | None, Prop("Sources that it names, from the comment.")] = None
    reviewed: Annotated[bool, Prop("Whether a second person has checked it.")] = False
    status: Annotated[
        Status, Prop("Stated only where a publication gives the pair, and it was seen there.", vocabulary=STATUSES)
    ]


class InFramework(Relationship):
    """A concept belongs to a framework."""

    type: ClassVar[str] = "IN_FRAMEWORK"
    term: ClassVar[str] = "skos:inScheme"
    starts: ClassVar[tuple[str, ...]] = ("Concept",)
    ends: ClassVar[tuple[str, ...]] = ("Framework",)


class Broader(Relationship):
    """A concept stands under a wider one, mostly of the same framework."""

    type: ClassVar[str] = "BROADER"
    term: ClassVar[str] = "skos:broader"
    starts: ClassVar[tuple[str, ...]] = ("Concept",)
    ends: ClassVar[tuple[str, ...]] = ("Concept",)


class Revises(Relationship):
    """A framework revises an earlier one."""

    type: ClassVar[str] = "REVISES"
    term: ClassVar[str] = "prov:wasRevisionOf"
    starts: ClassVar[tuple[str, ...]] = ("Framework",)
    ends: ClassVar[tuple[str, ...]] = ("Framework",)


class Affects(Relationship):
    """A model holds, or a study found, that one thing acts on another (or found that it does not)."""

    type: ClassVar[str] = "AFFECTS"
    starts: ClassVar[tuple[str, ...]] = ("Concept", "Framework")
    ends: ClassVar[tuple[str, ...]] = ("Concept", "Outcome")
    identity: ClassVar[tuple[str, ...]] = ("relation", "source_doi")

    relation: Annotated[str, Prop("What is held or was found.")]
    certainty: Annotated[float | None, Prop("How sure it is that the source says so.", unit="0 to 1")] = None
    basis: Annotated[str | None, Prop("What it rests on.")] = None
    source_doi: Annotated[str | None, Prop("DOI of the publication that says so.")] = None
    status: HowKnown


class Contains(Relationship):
    """A mapping set contains a mapping."""

    type: ClassVar[str] = "CONTAINS"
    term: ClassVar[str] = "sssom:mappings"
    starts: ClassVar[tuple[str, ...]] = ("MappingSet",)
    ends: ClassVar[tuple[str, ...]] = ("Mapping",)
    derived: ClassVar[str] = "Mapping"


class Subject(Relationship):
    """The concept that a mapping starts from."""

    type: ClassVar[str] = "SUBJECT"
    starts: ClassVar[tuple[str, ...]] = ("Mapping",)
    ends: ClassVar[tuple[str, ...]] = ("Concept",)
    derived: ClassVar[str] = "Mapping"


class Object(Relationship):
    """The concept that a mapping points at."""

    type: ClassVar[str] = "OBJECT"
    starts: ClassVar[tuple[str, ...]] = ("Mapping",)
    ends: ClassVar[tuple[str, ...]] = ("Concept",)
    derived: ClassVar[str] = "Mapping"


class JudgedAgainst(Relationship):
    """A mapping's subject was judged against a whole framework, and no close term was found."""

    type: ClassVar[str] = "JUDGED_AGAINST"
    starts: ClassVar[tuple[str, ...]] = ("Mapping",)
    ends: ClassVar[tuple[str, ...]] = ("Framework",)
    derived: ClassVar[str] = "Mapping"


class _Match(Relationship):
    starts: ClassVar[tuple[str, ...]] = ("Concept",)
    ends: ClassVar[tuple[str, ...]] = ("Concept",)
    identity: ClassVar[tuple[str, ...]] = ("mapping",)
    derived: ClassVar[str] = "Mapping"

    mapping: Annotated[str, Prop("Id of the mapping that says so.")]
    confidence: Annotated[float | None, Prop("Confidence of that mapping.", unit="0 to 1")] = None


class ExactMatch(_Match):
    """The two mean the same (derived from a mapping)."""

    type: ClassVar[str] = "EXACT_MATCH"
    term: ClassVar[str] = "skos:exactMatch"


class CloseMatch(_Match):
    """The two can stand for each other in some uses (derived from a mapping)."""

    type: ClassVar[str] = "CLOSE_MATCH"
    term: ClassVar[str] = "skos:closeMatch"


class BroadMatch(_Match):
    """The end is the broader of the two (derived from a mapping)."""

    type: ClassVar[str] = "BROAD_MATCH"
    term: ClassVar[str] = "skos:broadMatch"


class NarrowMatch(_Match):
    """The end is the narrower of the two (derived from a mapping)."""

    type: ClassVar[str] = "NARROW_MATCH"
    term: ClassVar[str] = "skos:narrowMatch"


class RelatedMatch(_Match):
    """The two are associated (derived from a mapping)."""

    type: ClassVar[str] = "RELATED_MATCH"
    term: ClassVar[str] = "skos:relatedMatch"


MATCHES: MappingType[str, type[_Match]] = {
    "skos:exactMatch": ExactMatch,
    "skos:closeMatch": CloseMatch,
    "skos:broadMatch": BroadMatch,
    "skos:narrowMatch": NarrowMatch,
    "skos:relatedMatch": RelatedMatch,
}
"""The derived relationship that carries each SKOS predicate."""

FRAMEWORKS: tuple[type[Node], ...] = (Framework, Concept, Outcome)
MAPPINGS: tuple[type[Node], ...] = (MappingSet, Mapping)
NODES = (*FRAMEWORKS, *MAPPINGS)
RELATIONSHIPS: tuple[type[Relationship], ...] = (
    InFramework,
    Broader,
    Revises,
    Affects,
    Contains,
    Subject,
    Object,
    JudgedAgainst,
    *MATCHES.values(),
)
