"""The terms of other vocabularies that the ontology declares: what each is in its own vocabulary, and what it means.

The definitions are in our own words; the binding ones are in the vocabularies. Dublin Core only says that its
properties are properties. SSSOM's slots are generated as object properties, text included, but its chapter on OWL makes
them annotations of an axiom, so they stand here as annotations.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

CLASS: Final = "class"
OBJECT: Final = "object property"
DATATYPE: Final = "datatype property"
ANNOTATION: Final = "annotation property"
PROPERTY: Final = "property"

Declared: TypeAlias = Literal["class", "object property", "datatype property", "annotation property", "property"]


class Reused(NamedTuple):
    """A term of another vocabulary; `inverse` is the property that says the same from the other end, or itself."""

    declared: Declared
    definition: str
    inverse: str = ""


REUSED: Mapping[str, Reused] = MappingProxyType(
    {
        # github.com/structureddynamics/Bibliographic-Ontology-BIBO, bibo.owl
        "bibo:AcademicArticle": Reused(CLASS, "A scholarly article, published as a rule in a journal."),
        "bibo:Document": Reused(CLASS, "A bounded piece of writing or other content, in whatever form."),
        "bibo:authorList": Reused(OBJECT, "The authors of a document, in order."),
        "bibo:doi": Reused(DATATYPE, "The digital object identifier of a document."),
        "bibo:issn": Reused(DATATYPE, "The international standard serial number."),
        "bibo:issue": Reused(DATATYPE, "The number of an issue."),
        "bibo:number": Reused(DATATYPE, "The number of a document or item, other than that of an issue."),
        "bibo:volume": Reused(DATATYPE, "The number of a volume."),
        # dublincore.org/specifications/dublin-core/dcmi-terms
        "dc:language": Reused(PROPERTY, "A language of a resource."),
        "dc:publisher": Reused(PROPERTY, "Who makes a resource available."),
        "dc:rights": Reused(PROPERTY, "What rights there are in a resource."),
        "dc:subject": Reused(PROPERTY, "What a resource is about."),
        "dcterms:abstract": Reused(PROPERTY, "A summary of a resource."),
        "dcterms:available": Reused(PROPERTY, "The date from which a resource could be had."),
        "dcterms:bibliographicCitation": Reused(PROPERTY, "How to cite a resource."),
        "dcterms:conformsTo": Reused(PROPERTY, "A standard that a resource keeps to."),
        "dcterms:creator": Reused(PROPERTY, "Who made a resource."),
        "dcterms:date": Reused(PROPERTY, "A point or stretch of time in the life of a resource."),
        "dcterms:dateAccepted": Reused(PROPERTY, "The date on which a resource was accepted."),
        "dcterms:dateSubmitted": Reused(PROPERTY, "The date on which a resource was submitted."),
        "dcterms:description": Reused(PROPERTY, "An account of a resource."),
        "dcterms:identifier": Reused(PROPERTY, "What tells a resource from others in its context."),
        "dcterms:isFormatOf": Reused(PROPERTY, "A resource with the same content in another form."),
        "dcterms:isPartOf": Reused(PROPERTY, "A resource that this one is a part of."),
        "dcterms:isReferencedBy": Reused(PROPERTY, "A resource that refers to this one."),
        "dcterms:isReplacedBy": Reused(PROPERTY, "A resource that takes the place of this one."),
        "dcterms:issued": Reused(PROPERTY, "The date on which a resource was formally issued."),
        "dcterms:license": Reused(PROPERTY, "The document that permits uses of a resource."),
        "dcterms:references": Reused(PROPERTY, "A resource that this one refers to."),
        "dcterms:source": Reused(PROPERTY, "A resource that this one is taken from."),
        "dcterms:title": Reused(PROPERTY, "The name that a resource is given."),
        # xmlns.com/foaf/spec
        "foaf:page": Reused(OBJECT, "A page or document about something."),
        # w3.org/TR/annotation-vocab
        "oa:Annotation": Reused(CLASS, "What joins a target with bodies that are in some way about it."),
        "oa:SpecificResource": Reused(CLASS, "A part or a state of a resource, as an annotation means it."),
        "oa:TextPositionSelector": Reused(CLASS, "A stretch of a text, by its first and last position."),
        "oa:end": Reused(DATATYPE, "The position at which a stretch ends; it is no longer part of it."),
        "oa:hasBody": Reused(OBJECT, "The body of an annotation: what it says of its target."),
        "oa:hasSelector": Reused(OBJECT, "What tells which part of its source a resource is."),
        "oa:hasSource": Reused(OBJECT, "The resource that this one is a part or a state of."),
        "oa:hasTarget": Reused(OBJECT, "What an annotation is about."),
        "oa:motivatedBy": Reused(OBJECT, "Why an annotation was made."),
        "oa:start": Reused(DATATYPE, "The first position of a stretch, from 0."),
        # w3.org/TR/vocab-org
        "org:ChangeEvent": Reused(CLASS, "An event by which one organisation or several became others."),
        "org:FormalOrganization": Reused(CLASS, "An organisation that the world at large, law above all, recognises."),
        "org:Site": Reused(CLASS, "Premises of an organisation."),
        "org:hasSite": Reused(OBJECT, "Premises at which an organisation is present."),
        "org:originalOrganization": Reused(OBJECT, "An organisation from before a change."),
        "org:resultingOrganization": Reused(OBJECT, "An organisation that came out of a change."),
        # pav-ontology.github.io/pav
        "pav:authoredBy": Reused(OBJECT, "Who gave a work its content."),
        # w3.org/TR/prov-o
        "prov:Activity": Reused(CLASS, "Something that happens over time and acts on things."),
        "prov:Entity": Reused(CLASS, "A thing, of whatever kind, of which provenance is told."),
        "prov:generated": Reused(OBJECT, "A thing that an activity brought into being."),
        "prov:used": Reused(OBJECT, "A thing that an activity made use of."),
        "prov:wasDerivedFrom": Reused(OBJECT, "A thing that this one was made out of."),
        "prov:wasInfluencedBy": Reused(OBJECT, "What had an influence on a thing or an activity."),
        "prov:wasRevisionOf": Reused(OBJECT, "An earlier thing, of which this one is a revised version."),
        # w3.org/TR/skos-reference
        "skos:Concept": Reused(CLASS, "An idea: a unit of thought."),
        "skos:ConceptScheme": Reused(CLASS, "A set of concepts, perhaps with relations between them."),
        "skos:altLabel": Reused(ANNOTATION, "Another label of a resource."),
        "skos:broadMatch": Reused(OBJECT, "A broader concept of another scheme.", inverse="skos:narrowMatch"),
        "skos:broader": Reused(OBJECT, "A concept that is more general in meaning."),
        "skos:closeMatch": Reused(
            OBJECT, "A concept of another scheme, close enough in meaning for some uses.", inverse="skos:closeMatch"
        ),
        "skos:definition": Reused(ANNOTATION, "A full explanation of what a concept means."),
        "skos:exactMatch": Reused(
            OBJECT,
            "A concept of another scheme with the same meaning in a wide range of uses.",
            inverse="skos:exactMatch",
        ),
        "skos:hasTopConcept": Reused(OBJECT, "A topmost concept of a scheme.", inverse="skos:topConceptOf"),
        "skos:example": Reused(ANNOTATION, "An example of a concept."),
        "skos:inScheme": Reused(OBJECT, "A scheme that a concept belongs to."),
        "skos:narrowMatch": Reused(OBJECT, "A narrower concept of another scheme.", inverse="skos:broadMatch"),
        "skos:notation": Reused(DATATYPE, "A code by which a scheme knows a concept."),
        "skos:prefLabel": Reused(ANNOTATION, "The preferred label of a resource."),
        "skos:relatedMatch": Reused(OBJECT, "An associated concept of another scheme.", inverse="skos:relatedMatch"),
        "skos:scopeNote": Reused(ANNOTATION, "What helps to understand how a concept is meant or used."),
        "skos:topConceptOf": Reused(OBJECT, "A scheme that a concept is topmost in.", inverse="skos:hasTopConcept"),
        # mapping-commons.github.io/sssom, spec-model and spec-formats-owl
        "sssom:MappingSet": Reused(CLASS, "A set of mappings, with what holds for all of them."),
        "sssom:author_label": Reused(ANNOTATION, "The name of an author of a mapping."),
        "sssom:confidence": Reused(ANNOTATION, "How probable it is that a mapping is right, from 0 to 1."),
        "sssom:creator_label": Reused(ANNOTATION, "The name of who put a mapping or a set into its published form."),
        "sssom:mapping_justification": Reused(ANNOTATION, "The kind of act by which a mapping was found right."),
        "sssom:mappings": Reused(OBJECT, "The mappings of a set."),
        "sssom:object_label": Reused(ANNOTATION, "The label of the object of a mapping."),
        "sssom:object_source": Reused(ANNOTATION, "The vocabulary that the object of a mapping comes from."),
        "sssom:object_source_version": Reused(ANNOTATION, "The version of the object's vocabulary."),
        "sssom:predicate_modifier": Reused(ANNOTATION, "What turns the predicate of a mapping round."),
        "sssom:record_id": Reused(ANNOTATION, "The address of a mapping."),
        "sssom:reviewer_id": Reused(ANNOTATION, "Who reviewed a mapping."),
        "sssom:reviewer_label": Reused(ANNOTATION, "The name of who reviewed a mapping."),
        "sssom:sssom_version": Reused(ANNOTATION, "The version of SSSOM that a set keeps to."),
        "sssom:subject_label": Reused(ANNOTATION, "The label of the subject of a mapping."),
        "sssom:subject_source": Reused(ANNOTATION, "The vocabulary that the subject of a mapping comes from."),
        "sssom:subject_source_version": Reused(ANNOTATION, "The version of the subject's vocabulary."),
        # w3.org/TR/void
        "void:Dataset": Reused(CLASS, "A set of RDF triples that one party publishes."),
        "void:uriSpace": Reused(PROPERTY, "What the addresses of all things of a data set begin with."),
        "void:vocabulary": Reused(PROPERTY, "A vocabulary that a data set uses."),
    }
)
"""The declared terms by vocabulary, with the page that defines them. Those of RDF, RDFS and OWL are built in."""
