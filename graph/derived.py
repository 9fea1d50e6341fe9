"""Relationships that follow from a node: made from it, and deleted with what it no longer says.

A mapping's edges follow from the Mapping node, and ADDRESSES from the Assertion. The statements of a label run in the
transaction that wrote nodes of that label, deletion first; each takes the ids of those nodes as `$ids`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from qikg.ontology.crosswalk import MATCHES

_TYPES = "|".join(cls.type for cls in MATCHES.values())
_MAPPING = "UNWIND $ids AS id MATCH (m:Mapping {id: id}) "

STATEMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Mapping": (
            (
                f"UNWIND $ids AS id MATCH (:Mapping {{id: id}})-[:SUBJECT]->(:Concept)-[r:{_TYPES}]->() "
                "WHERE r.mapping = id DELETE r"
            ),
            _MAPPING + "MATCH (m)-[r:SUBJECT|OBJECT|JUDGED_AGAINST]->() DELETE r",
            _MAPPING + "MATCH (m)<-[r:CONTAINS]-() DELETE r",
            _MAPPING + "MATCH (s:MappingSet {id: m.mapping_set}) MERGE (s)-[r:CONTAINS]->(m) SET r.sources = m.sources",
            _MAPPING + "MATCH (c:Concept {id: m.subject_concept}) MERGE (m)-[r:SUBJECT]->(c) SET r.sources = m.sources",
            _MAPPING + "MATCH (c:Concept {id: m.object_concept}) MERGE (m)-[r:OBJECT]->(c) SET r.sources = m.sources",
            _MAPPING
            + "MATCH (f:Framework {id: m.judged_framework}) "
            + "MERGE (m)-[r:JUDGED_AGAINST]->(f) SET r.sources = m.sources",
            *(
                f"{_MAPPING}WHERE m.predicate_id = '{predicate}' AND coalesce(m.predicate_modifier, '') <> 'Not' "
                "MATCH (s:Concept {id: m.subject_concept}) MATCH (o:Concept {id: m.object_concept}) "
                f"MERGE (s)-[r:{cls.type} {{key: m.id}}]->(o) "
                "SET r.mapping = m.id, r.confidence = m.confidence, r.sources = m.sources"
                for predicate, cls in MATCHES.items()
            ),
        ),
        "Assertion": (
            "UNWIND $ids AS id MATCH (:Assertion {id: id})-[:ABOUT_CASE]->(:Case)-[r:ADDRESSES {key: id}]->() DELETE r",
            (
                "UNWIND $ids AS id MATCH (c:Case)<-[:ABOUT_CASE]-(a:Assertion {id: id, value: 'present'})"
                "-[:ABOUT_CONCEPT]->(k:Concept) "
                "MERGE (c)-[r:ADDRESSES {key: a.id}]->(k) SET r.assertion = a.id, r.sources = a.sources"
            ),
        ),
    }
)
"""The statements by key label."""
