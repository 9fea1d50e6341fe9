//+ title: A study's coding in the terms of another framework
//+ question: What would the coded items of a study be coded to in another framework, by which mapping, and which do not translate?
//+ parameters:
//+   to: {type: framework, required: true, help: "the framework to translate to", example: CFIR2}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+ columns:
//+   item: {type: id, meaning: "the coded item"}
//+   counted_as: {type: text, meaning: "excerpt, or mention (an initiative that the authors name; never counted as an excerpt)"}
//+   case: {type: id, meaning: "the case"}
//+   case_label: {type: text, meaning: "its name in the study"}
//+   voice: {type: text, meaning: "who speaks"}
//+   summary: {type: text, meaning: "what it says, in our own words"}
//+   lines: {type: text, meaning: "lines of the text"}
//+   span: {type: id, meaning: "the anchored place in the text"}
//+   coded_as: {type: id, meaning: "the concept that it was coded to"}
//+   coded_as_label: {type: text, meaning: "its name"}
//+   translates: {type: text, meaning: "of the item as a whole: yes (a counterpart is at least near), possibly (narrower ones only: a person must look), no (related ones only, or judged to have none), undetermined (nobody has judged)"}
//+   verdict: {type: text, meaning: "mapped; coded there; judged, itself or at a broader concept, to have no close term; or not yet judged"}
//+   counterpart: {type: id, meaning: "the concept of the other framework; empty where no mapping leads to one"}
//+   counterpart_label: {type: text, meaning: "its name"}
//+   predicate: {type: text, meaning: "the predicate as read from the coded concept to the other"}
//+   reach: {type: reach, meaning: "how far the item speaks of the other concept; same where it was coded to it"}
//+   mapping: {type: id, meaning: "the mapping that carries it, or that judges; empty where it was coded there, or nobody has judged"}
//+   confidence: {type: number, meaning: "of the mapping's author, 0 to 1; empty where none was given"}
//+   justification: {type: text, meaning: "how the mapping was made"}
//+   basis: {type: text, meaning: "what the mapping rests on"}
//+   review: {type: text, meaning: "whether a second person has checked it"}
//+   other_mappings: {type: ids, meaning: "further mappings that say the same, or that carry it less far"}
//+   status: {type: status, meaning: "the weakest of coding and mapping; undetermined where nobody has judged"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   coder: {type: text, meaning: "who coded the item"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, reach: reach, mapping: mapping, confidence: confidence, span: span, sources: sources}
//+ needs: {CodedItem: qikg build, Mapping: qikg build}
//+ show: [item, voice, coded_as_label, verdict, counterpart_label, reach, confidence, mapping, status]
//+ distinct:
//+   excerpts: {column: item, where: {counted_as: excerpt}}
//+   excerpts that translate: {column: item, where: {counted_as: excerpt, translates: "yes"}}
//+   excerpts that possibly translate: {column: item, where: {counted_as: excerpt, translates: possibly}}
//+   excerpts that do not: {column: item, where: {counted_as: excerpt, translates: "no"}}
//+   excerpts of which it is undetermined: {column: item, where: {counted_as: excerpt, translates: undetermined}}
//+   mentions: {column: item, where: {counted_as: mention}}
//+ cannot_tell: >-
//+   Nobody has coded these items to the other framework: a row is what the mappings suggest of the code, whatever the
//+   excerpt says, and one item stands in as many rows as its code has counterparts. Reach possible asks a person to read
//+   the excerpt; reach related is no translation, only a place to look. An item can be judged to have no close term and
//+   have weaker counterparts all the same. Chains of two mappings are not followed.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(code:Concept)
WHERE $study IS NULL OR study.id = $study
CALL {
  WITH code
  MATCH (code)-[:IN_FRAMEWORK]->(:Framework {id: $to})
  RETURN 'coded there' AS verdict, code AS target, null AS m, 'ITSELF' AS facing, null AS judged_at
  UNION ALL
  WITH code
  MATCH (code)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(target:Concept)-[:IN_FRAMEWORK]->(:Framework {id: $to})
  WHERE target.id <> code.id
  MATCH (m:Mapping {id: r.mapping})
  RETURN 'mapped' AS verdict, target, m,
         CASE WHEN startNode(r).id = code.id THEN type(r) WHEN type(r) = 'BROAD_MATCH' THEN 'NARROW_MATCH'
              WHEN type(r) = 'NARROW_MATCH' THEN 'BROAD_MATCH' ELSE type(r) END AS facing, null AS judged_at
  UNION ALL
  WITH code
  MATCH (code)<-[:SUBJECT]-(m:Mapping)-[:JUDGED_AGAINST]->(:Framework {id: $to})
  RETURN 'judged: no close term' AS verdict, null AS target, m, 'NONE' AS facing, null AS judged_at
  UNION ALL
  WITH code
  MATCH (code)
  WHERE NOT EXISTS { MATCH (code)-[:IN_FRAMEWORK]->(:Framework {id: $to}) }
    AND NOT EXISTS { MATCH (code)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(:Framework {id: $to}) }
    AND NOT EXISTS { MATCH (code)<-[:SUBJECT]-(:Mapping)-[:JUDGED_AGAINST]->(:Framework {id: $to}) }
  OPTIONAL MATCH (code)-[:BROADER*1..4]->(wider:Concept)<-[:SUBJECT]-(above:Mapping)-[:JUDGED_AGAINST]->(:Framework {id: $to})
  WITH code, wider, above ORDER BY above.id
  WITH code, collect(above) AS aboves, collect(wider.id) AS widers
  RETURN CASE WHEN size(aboves) = 0 THEN 'not yet judged' ELSE 'judged at a broader concept: no close term' END AS verdict,
         null AS target, aboves[0] AS m, 'NONE' AS facing, widers[0] AS judged_at
}
WITH study, the_case, passage, coded, code, verdict, target, m, facing, judged_at,
     CASE facing WHEN 'ITSELF' THEN 0 WHEN 'EXACT_MATCH' THEN 1 WHEN 'BROAD_MATCH' THEN 2 WHEN 'CLOSE_MATCH' THEN 3
                 WHEN 'NARROW_MATCH' THEN 4 WHEN 'RELATED_MATCH' THEN 5 ELSE 6 END AS rank
ORDER BY rank, coalesce(m.confidence, -1) DESC, m.id, coded.coder
WITH study, the_case, passage, code, verdict, target, judged_at,
     collect({m: m, coded: coded, facing: facing, rank: rank}) AS bridges
WITH study, the_case, passage, code, verdict, target, judged_at, bridges[0].m AS m, bridges[0].coded AS coded,
     bridges[0].facing AS facing, bridges[0].rank AS rank,
     [b IN bridges[1..] WHERE b.m IS NOT NULL | b.m.id] AS other_mappings
ORDER BY rank
WITH study, the_case, passage, min(rank) AS best, max(CASE WHEN verdict = 'not yet judged' THEN 1 ELSE 0 END) AS unjudged,
     collect({code: code, verdict: verdict, target: target, judged_at: judged_at, m: m, coded: coded, facing: facing,
              rank: rank, other_mappings: other_mappings}) AS rows
OPTIONAL MATCH (passage)-[:PRINTED_AT]->(spot:Span)
UNWIND rows AS row
WITH study, the_case, passage, spot, row.code AS code, row.verdict AS verdict, row.target AS target, row.judged_at AS judged_at,
     row.m AS m, row.coded AS coded, row.facing AS facing, row.rank AS rank, row.other_mappings AS other_mappings,
     CASE WHEN best <= 3 THEN 'yes' WHEN best = 4 THEN 'possibly' WHEN unjudged = 1 THEN 'undetermined' ELSE 'no' END AS translates
WITH study, the_case, passage, spot, code, verdict, target, judged_at, m, coded, facing, rank, other_mappings, translates,
     CASE WHEN m IS NULL THEN coded.status WHEN judged_at IS NOT NULL AND m.status = 'stated' THEN 'inferred' ELSE m.status END AS carried
RETURN passage.id AS item, CASE WHEN passage:Excerpt THEN 'excerpt' ELSE 'mention' END AS counted_as,
       the_case.id AS case, the_case.label AS case_label, passage.voice AS voice, passage.summary AS summary,
       toString(spot.line_start) + CASE WHEN spot.line_end = spot.line_start THEN '' ELSE '-' + toString(spot.line_end) END AS lines, spot.id AS span,
       code.id AS coded_as, code.label AS coded_as_label, translates, verdict,
       target.id AS counterpart, target.label AS counterpart_label,
       CASE facing WHEN 'EXACT_MATCH' THEN 'skos:exactMatch' WHEN 'BROAD_MATCH' THEN 'skos:broadMatch'
                   WHEN 'CLOSE_MATCH' THEN 'skos:closeMatch' WHEN 'NARROW_MATCH' THEN 'skos:narrowMatch'
                   WHEN 'RELATED_MATCH' THEN 'skos:relatedMatch' END AS predicate,
       CASE rank WHEN 0 THEN 'same' WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible'
                 WHEN 5 THEN 'related' END AS reach,
       m.id AS mapping, m.confidence AS confidence, m.mapping_justification AS justification, m.basis AS basis,
       CASE WHEN m IS NULL THEN null WHEN m.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS review, other_mappings,
       CASE WHEN verdict = 'not yet judged' OR 'undetermined' IN [coded.status, carried] THEN 'undetermined'
            WHEN 'inferred' IN [coded.status, carried] THEN 'inferred' ELSE 'stated' END AS status,
       CASE WHEN verdict = 'not yet judged' THEN 'no mapping yet'
            WHEN m IS NULL OR coded.status = 'undetermined' OR (coded.status = 'inferred' AND carried = 'stated')
            THEN 'coding of ' + passage.label + ' by ' + coded.coder
            WHEN judged_at IS NOT NULL THEN 'taken from ' + judged_at ELSE 'mapping ' + m.id END AS weakest_step,
       coded.coder AS coder, passage.sources + coalesce(m.sources, []) AS sources
ORDER BY study.id, the_case.order, spot.start, passage.id, code.order, code.id, rank, coalesce(m.confidence, -1) DESC,
         target.id, m.id
