//+ title: What one framework has and another has not
//+ question: Which concepts of one framework have no counterpart in another, and is that judged or merely not yet looked at?
//+ parameters:
//+   from: {type: framework, required: true, help: "the framework whose concepts are looked at", example: MUSIQ}
//+   to: {type: framework, required: true, help: "the framework in which a counterpart is looked for", example: QUASER}
//+ columns:
//+   concept: {type: id, meaning: "the concept"}
//+   concept_label: {type: text, meaning: "its name"}
//+   kind: {type: text, meaning: "what it is in its framework: a group, such as a domain or level, is rarely mapped as such"}
//+   verdict: {type: text, meaning: "judged: no close term; disputed; judged at a broader concept; or not yet judged"}
//+   weaker_mappings: {type: integer, meaning: "mappings to the other framework that exist all the same; a judgement of no close term can stand beside a weaker match"}
//+   best_weaker_reach: {type: text, meaning: "the furthest reach of those"}
//+   mapping: {type: id, meaning: "the mapping that says so; empty where nobody has judged"}
//+   judged_at: {type: id, meaning: "the broader concept whose judgement speaks for it"}
//+   confidence: {type: number, meaning: "of the mapping's author, 0 to 1"}
//+   justification: {type: text, meaning: "how the mapping was made"}
//+   basis: {type: text, meaning: "what it rests on"}
//+   review: {type: text, meaning: "whether a second person has checked it"}
//+   rationale: {type: text, meaning: "why"}
//+   status: {type: status, meaning: "undetermined where nobody has judged"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, mapping: mapping, confidence: confidence, sources: sources}
//+ needs: {Mapping: qikg build}
//+ show: [concept, concept_label, kind, verdict, weaker_mappings, best_weaker_reach, mapping, judged_at, status]
//+ cannot_tell: >-
//+   A concept that is judged to have no close term can have a wider, narrower or related counterpart all the same: see
//+   the columns for weaker mappings. Disputed means that one mapping set gives a close term and another none.
//+   "Not yet judged" says nothing about the frameworks, only that no row of a mapping set speaks of the concept.
MATCH (c:Concept)-[:IN_FRAMEWORK]->(:Framework {id: $from})
OPTIONAL MATCH (c)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(:Framework {id: $to})
WITH c, collect(DISTINCT r.mapping) AS weaker,
     min(CASE WHEN r IS NULL THEN 9 WHEN type(r) = 'EXACT_MATCH' THEN 1
              WHEN (type(r) = 'BROAD_MATCH' AND startNode(r).id = c.id) OR (type(r) = 'NARROW_MATCH' AND startNode(r).id <> c.id) THEN 2
              WHEN type(r) = 'CLOSE_MATCH' THEN 3 WHEN type(r) = 'RELATED_MATCH' THEN 5 ELSE 4 END) AS best
OPTIONAL MATCH (c)<-[:SUBJECT]-(own:Mapping)-[:JUDGED_AGAINST]->(:Framework {id: $to})
WITH c, weaker, best, own ORDER BY own.id
WITH c, weaker, best, collect(own) AS owns
OPTIONAL MATCH (c)-[:BROADER*1..4]->(wider:Concept)<-[:SUBJECT]-(above:Mapping)-[:JUDGED_AGAINST]->(:Framework {id: $to})
WHERE size(owns) = 0 AND size(weaker) = 0
WITH c, weaker, best, owns, above, wider ORDER BY above.id
WITH c, weaker, best, owns, collect(above) AS aboves, collect(wider) AS widers
WITH c, weaker, best, widers,
     CASE WHEN size(owns) > 0 THEN owns[0] WHEN size(aboves) > 0 THEN aboves[0] END AS m,
     CASE WHEN size(owns) > 0 AND best <= 3 THEN 'disputed: judged to have no close term, and mapped to one'
          WHEN size(owns) > 0 THEN 'judged: no close term'
          WHEN size(aboves) > 0 THEN 'judged at a broader concept: no close term'
          WHEN size(weaker) = 0 THEN 'not yet judged' ELSE 'mapped' END AS verdict
WHERE verdict <> 'mapped'
RETURN c.id AS concept, c.label AS concept_label,
       head([l IN ['Challenge', 'Factor', 'Level', 'Construct', 'Domain', 'Element', 'KeyQuestion', 'RatingValue',
                   'ServiceGroup', 'QualityStatement'] WHERE l IN labels(c)]) AS kind,
       verdict, size(weaker) AS weaker_mappings,
       CASE best WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible' WHEN 5 THEN 'related' END AS best_weaker_reach,
       m.id AS mapping, CASE WHEN verdict STARTS WITH 'judged at' THEN widers[0].id END AS judged_at,
       m.confidence AS confidence, m.mapping_justification AS justification, m.basis AS basis,
       CASE WHEN m IS NULL THEN null WHEN m.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS review,
       m.rationale AS rationale,
       CASE WHEN m IS NULL THEN 'undetermined' WHEN verdict STARTS WITH 'judged at' THEN 'inferred' ELSE m.status END AS status,
       CASE WHEN m IS NULL THEN 'no mapping yet' WHEN verdict STARTS WITH 'judged at' THEN 'taken from ' + widers[0].id
            ELSE 'mapping ' + m.id END AS weakest_step,
       coalesce(m.sources, []) AS sources
ORDER BY CASE WHEN verdict = 'judged: no close term' THEN 1 WHEN verdict STARTS WITH 'disputed' THEN 0 WHEN verdict = 'not yet judged' THEN 3 ELSE 2 END, c.order, c.id
