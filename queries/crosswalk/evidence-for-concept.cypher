//+ title: The evidence that reaches a concept
//+ question: What evidence do the studies give on a concept of any framework, directly or through one mapping?
//+ parameters:
//+   concept: {type: concept, required: true, help: "a concept of any framework", example: "CFIR2:III.D.4"}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+ columns:
//+   item: {type: id, meaning: "the coded item; empty where no evidence reaches the concept"}
//+   verdict: {type: text, meaning: "evidence, or why there is none"}
//+   counted_as: {type: text, meaning: "excerpt, or mention (an initiative that the authors name; never counted as an excerpt)"}
//+   case: {type: id, meaning: "the case"}
//+   case_label: {type: text, meaning: "its name in the study"}
//+   voice: {type: text, meaning: "who speaks"}
//+   summary: {type: text, meaning: "what it says, in our own words"}
//+   coded_as: {type: id, meaning: "the concept that it was coded to"}
//+   coded_as_label: {type: text, meaning: "its name"}
//+   reach: {type: reach, meaning: "how far the excerpt speaks of the concept asked for; same where it was coded to it"}
//+   mapping: {type: id, meaning: "the mapping that carries it; empty where it was coded directly"}
//+   predicate: {type: text, meaning: "its predicate as read from the coded concept to the one asked for"}
//+   confidence: {type: number, meaning: "of the mapping's author, 0 to 1"}
//+   justification: {type: text, meaning: "how the mapping was made"}
//+   basis: {type: text, meaning: "what the mapping rests on"}
//+   review: {type: text, meaning: "whether a second person has checked it"}
//+   other_mappings: {type: ids, meaning: "further mappings that carry the same excerpt"}
//+   lines: {type: text, meaning: "lines of the text"}
//+   span: {type: id, meaning: "the anchored place in the text"}
//+   status: {type: status, meaning: "the weakest of coding and mapping"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, reach: reach, mapping: mapping, confidence: confidence, span: span, sources: sources}
//+ needs: {CodedItem: qikg build, Mapping: qikg build}
//+ show: [item, case_label, voice, summary, coded_as_label, reach, mapping, confidence, status]
//+ distinct: {excerpts: {column: item, where: {counted_as: excerpt}}, mentions: {column: item, where: {counted_as: mention}}}
//+ cannot_tell: >-
//+   An excerpt coded to a wider concept is only possibly about this one (reach: possible), and one that comes by a
//+   related match touches it without being evidence on it: a person must look. One excerpt stands in one row, with the
//+   mapping that carries it furthest; chains of two mappings are not followed.
MATCH (target:Concept {id: $concept})
CALL {
  WITH target
  MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(target)
  WHERE $study IS NULL OR study.id = $study
  RETURN study, the_case, passage, coded, target AS via, null AS m, 'EXACT_MATCH' AS facing
  UNION ALL
  WITH target
  MATCH (via:Concept)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(target)
  WHERE via.id <> target.id
  MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(via)
  WHERE $study IS NULL OR study.id = $study
  MATCH (m:Mapping {id: r.mapping})
  RETURN study, the_case, passage, coded, via, m,
         CASE WHEN startNode(r).id = via.id THEN type(r) WHEN type(r) = 'BROAD_MATCH' THEN 'NARROW_MATCH'
              WHEN type(r) = 'NARROW_MATCH' THEN 'BROAD_MATCH' ELSE type(r) END AS facing
  UNION ALL
  WITH target
  MATCH (target)
  WHERE NOT EXISTS { MATCH (:CodedItem)-[:CODED_AS]->(target) }
    AND NOT EXISTS { MATCH (:CodedItem)-[:CODED_AS]->(:Concept)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(target) }
  OPTIONAL MATCH (target)-[:BROADER*0..4]->(wider:Concept)<-[:SUBJECT]-(judged:Mapping)-[:JUDGED_AGAINST]->(:Framework)
                 <-[:IN_FRAMEWORK]-(:Concept)<-[:CODED_AS]-(:CodedItem)
  WITH DISTINCT target, wider, judged, CASE WHEN wider.id = target.id THEN 0 ELSE 1 END AS distance
  ORDER BY distance, judged.id
  WITH target, collect(judged) AS judgements, collect(wider.id) AS widers
  RETURN null AS study, null AS the_case, null AS passage, null AS coded, null AS via, judgements[0] AS m,
         CASE WHEN size(judgements) = 0 THEN 'UNKNOWN' WHEN widers[0] = target.id THEN 'NONE' ELSE 'NONE ABOVE' END AS facing
}
WITH study, the_case, passage, coded, via, m, facing,
     CASE facing WHEN 'EXACT_MATCH' THEN 1 WHEN 'BROAD_MATCH' THEN 2 WHEN 'CLOSE_MATCH' THEN 3
                 WHEN 'NARROW_MATCH' THEN 4 WHEN 'RELATED_MATCH' THEN 5 ELSE 6 END AS rank
ORDER BY rank, coalesce(m.confidence, 2) DESC, m.id, via.id
WITH study, the_case, passage, collect({m: m, via: via, coded: coded, facing: facing, rank: rank}) AS bridges
WITH study, the_case, passage, bridges[0] AS best, [b IN bridges[1..] WHERE b.m IS NOT NULL | b.m.id] AS other_mappings
WITH study, the_case, passage, other_mappings, best.m AS m, best.via AS via, best.coded AS coded, best.facing AS facing, best.rank AS rank
OPTIONAL MATCH (passage)-[:PRINTED_AT]->(spot:Span)
RETURN passage.id AS item,
       CASE facing WHEN 'NONE' THEN 'no evidence; judged: no close term'
                   WHEN 'NONE ABOVE' THEN 'no evidence; judged at a broader concept: no close term'
                   WHEN 'UNKNOWN' THEN 'no evidence; not yet judged'
                   ELSE 'evidence' END AS verdict,
       CASE WHEN passage IS NULL THEN null WHEN passage:Excerpt THEN 'excerpt' ELSE 'mention' END AS counted_as,
       the_case.id AS case, the_case.label AS case_label, passage.voice AS voice, passage.summary AS summary,
       via.id AS coded_as, via.label AS coded_as_label,
       CASE facing WHEN 'EXACT_MATCH' THEN 'same' WHEN 'BROAD_MATCH' THEN 'carries' WHEN 'CLOSE_MATCH' THEN 'near'
                   WHEN 'NARROW_MATCH' THEN 'possible' WHEN 'RELATED_MATCH' THEN 'related' END AS reach,
       m.id AS mapping,
       CASE WHEN m IS NULL OR passage IS NULL THEN null
            WHEN facing = 'EXACT_MATCH' THEN 'skos:exactMatch' WHEN facing = 'BROAD_MATCH' THEN 'skos:broadMatch'
            WHEN facing = 'CLOSE_MATCH' THEN 'skos:closeMatch' WHEN facing = 'NARROW_MATCH' THEN 'skos:narrowMatch'
            ELSE 'skos:relatedMatch' END AS predicate,
       m.confidence AS confidence, m.mapping_justification AS justification, m.basis AS basis,
       CASE WHEN m IS NULL THEN null WHEN m.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS review,
       other_mappings, toString(spot.line_start) + CASE WHEN spot.line_end = spot.line_start THEN '' ELSE '-' + toString(spot.line_end) END AS lines, spot.id AS span,
       CASE WHEN facing = 'UNKNOWN' OR coalesce(coded.status, 'stated') = 'undetermined' OR m.status = 'undetermined' THEN 'undetermined'
            WHEN coalesce(coded.status, 'stated') = 'inferred' OR m.status = 'inferred' THEN 'inferred'
            ELSE 'stated' END AS status,
       CASE WHEN facing = 'UNKNOWN' THEN 'no mapping yet'
            WHEN m IS NOT NULL AND (m.status <> 'stated' OR coded IS NULL OR coded.status = 'stated') THEN 'mapping ' + m.id
            ELSE 'coding of ' + passage.label + ' by ' + coded.coder END AS weakest_step,
       coalesce(passage.sources, []) + coalesce(m.sources, []) AS sources
ORDER BY rank, coalesce(m.confidence, 2) DESC, study.id, the_case.order, spot.start, passage.id, m.id
