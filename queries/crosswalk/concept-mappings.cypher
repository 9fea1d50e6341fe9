//+ title: Every mapping of a concept
//+ question: What has been said of how a concept relates to concepts of other frameworks, in both directions?
//+ parameters:
//+   concept: {type: concept, required: true, help: "a concept of any framework", example: "QUASER:LEAD"}
//+ columns:
//+   mapping: {type: id, meaning: "the mapping"}
//+   direction: {type: text, meaning: "out: the concept is its subject; in: it is its object"}
//+   predicate: {type: text, meaning: "the predicate as read from the concept (narrow and broad change places when read backwards)"}
//+   negated: {type: boolean, meaning: "whether the mapping denies it"}
//+   other: {type: id, meaning: "the other concept; empty where no close term was found"}
//+   other_label: {type: text, meaning: "its name"}
//+   framework: {type: id, meaning: "the framework of the other concept, or the one that was judged against"}
//+   verdict: {type: text, meaning: "mapped, denied, or judged: no close term"}
//+   reach: {type: reach, meaning: "how far evidence on the concept reaches the other"}
//+   confidence: {type: number, meaning: "of the mapping's author, 0 to 1; empty where none was given"}
//+   justification: {type: text, meaning: "how the mapping was made"}
//+   basis: {type: text, meaning: "what it rests on"}
//+   review: {type: text, meaning: "whether a second person has checked it"}
//+   rationale: {type: text, meaning: "why"}
//+   status: {type: status, meaning: "stated only where a publication gives the pair and it was seen there"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   mapping_set: {type: id, meaning: "the set that the mapping belongs to"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, reach: reach, mapping: mapping, confidence: confidence, sources: sources}
//+ needs: {Mapping: qikg build}
//+ show: [mapping, predicate, other, other_label, verdict, reach, confidence, status]
//+ cannot_tell: >-
//+   A pair that is not listed has not been judged: that is not the same as judged to have no close term. The mappings
//+   that come with qikg are one reader's draft, checked by nobody else.
MATCH (c:Concept {id: $concept})
MATCH (c)<-[side:SUBJECT|OBJECT]-(m:Mapping)
WITH DISTINCT c, m, type(side) = 'SUBJECT' AS out
OPTIONAL MATCH (m)-[:OBJECT]->(object:Concept)
OPTIONAL MATCH (m)-[:SUBJECT]->(subject:Concept)
OPTIONAL MATCH (m)-[:JUDGED_AGAINST]->(judged:Framework)
WITH m, out, CASE WHEN out THEN object ELSE subject END AS other, judged,
     CASE WHEN out OR NOT m.predicate_id IN ['skos:broadMatch', 'skos:narrowMatch'] THEN m.predicate_id
          WHEN m.predicate_id = 'skos:broadMatch' THEN 'skos:narrowMatch' ELSE 'skos:broadMatch' END AS predicate,
     coalesce(m.predicate_modifier, '') = 'Not' AS negated
OPTIONAL MATCH (other)-[:IN_FRAMEWORK]->(framework:Framework)
WITH m, out, other, predicate, negated, coalesce(framework.id, judged.id) AS framework_id,
     CASE WHEN other IS NULL THEN 'judged: no close term' WHEN negated THEN 'denied' ELSE 'mapped' END AS verdict
RETURN m.id AS mapping, CASE WHEN out THEN 'out' ELSE 'in' END AS direction, predicate, negated,
       other.id AS other, other.label AS other_label, framework_id AS framework, verdict,
       CASE WHEN verdict <> 'mapped' THEN null WHEN predicate = 'skos:exactMatch' THEN 'same'
            WHEN predicate = 'skos:broadMatch' THEN 'carries' WHEN predicate = 'skos:closeMatch' THEN 'near'
            WHEN predicate = 'skos:narrowMatch' THEN 'possible' WHEN predicate = 'skos:relatedMatch' THEN 'related' END AS reach,
       m.confidence AS confidence, m.mapping_justification AS justification, m.basis AS basis,
       CASE WHEN m.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS review, m.rationale AS rationale,
       m.status AS status, 'mapping ' + m.id AS weakest_step, m.mapping_set AS mapping_set, m.sources AS sources
ORDER BY framework_id, verdict = 'judged: no close term',
         CASE predicate WHEN 'skos:exactMatch' THEN 1 WHEN 'skos:broadMatch' THEN 2 WHEN 'skos:closeMatch' THEN 3
                        WHEN 'skos:narrowMatch' THEN 4 ELSE 5 END,
         coalesce(m.confidence, -1) DESC, m.id
