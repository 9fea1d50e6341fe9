//+ title: What a new edition changed
//+ question: Which concepts of the edition before were kept, renamed, split or dropped, and which are new?
//+ parameters:
//+   framework: {type: framework, required: true, help: "the later edition; the one before is that which it revises", example: CFIR2}
//+ columns:
//+   earlier: {type: id, meaning: "the framework that it revises"}
//+   old: {type: id, meaning: "the concept of the earlier edition; empty where the later one has something new or not yet judged"}
//+   old_label: {type: text, meaning: "its name"}
//+   old_under: {type: text, meaning: "what it stood under"}
//+   change: {type: text, meaning: "kept (a close counterpart of the same name), renamed (of another name), split (no close one, two or more narrower), narrowed (one narrower), widened (a broader one), related only, dropped, new, disputed, judged at a broader concept, or not yet judged"}
//+   new: {type: id, meaning: "the concept of the later edition; empty where there is none"}
//+   new_label: {type: text, meaning: "its name"}
//+   new_under: {type: text, meaning: "what it stands under"}
//+   kind: {type: text, meaning: "what the concept is in its framework: a group, such as a domain, is rarely mapped as such"}
//+   predicate: {type: text, meaning: "the predicate as read from the old concept to the new"}
//+   reach: {type: reach, meaning: "how far evidence on the old concept reaches the new"}
//+   confidence: {type: number, meaning: "of the mapping's author, 0 to 1; empty where none was given"}
//+   mapping: {type: id, meaning: "the mapping that says so; empty where nobody has judged"}
//+   justification: {type: text, meaning: "how the mapping was made"}
//+   basis: {type: text, meaning: "what it rests on"}
//+   review: {type: text, meaning: "whether a second person has checked it"}
//+   rationale: {type: text, meaning: "why"}
//+   status: {type: status, meaning: "stated only where a publication gives the pair and it was seen there; of a split, the weakest of its parts"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [CFIR1, CFIR2]
//+ roles: {status: status, reach: reach, mapping: mapping, confidence: confidence, sources: sources}
//+ needs: {Mapping: qikg build}
//+ show: [old, old_label, change, new, new_label, reach, mapping, status]
//+ distinct:
//+   concepts kept: {column: old, where: {change: kept}}
//+   renamed: {column: old, where: {change: renamed}}
//+   split: {column: old, where: {change: split}}
//+   dropped: {column: old, where: {change: dropped}}
//+   new: {column: new, where: {change: new}}
//+ cannot_tell: >-
//+   The change is read off the mappings, and a name kept or changed says nothing of the meaning: read the rationale. The
//+   authors' own table of changes was seen for few pairs (basis). A concept that is kept or renamed can have given parts
//+   to others: it has a row for each. Not yet judged is neither dropped nor new.
MATCH (later:Framework {id: $framework})
OPTIONAL MATCH (later)-[:REVISES]->(earlier:Framework)
CALL {
  WITH later, earlier
  WITH later, earlier WHERE earlier IS NOT NULL
  MATCH (was:Concept)-[:IN_FRAMEWORK]->(earlier)
  MATCH (was)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(became:Concept)-[:IN_FRAMEWORK]->(later)
  MATCH (m:Mapping {id: r.mapping})
  RETURN was, became, m, CASE WHEN startNode(r).id = was.id THEN type(r) WHEN type(r) = 'BROAD_MATCH' THEN 'NARROW_MATCH'
                           WHEN type(r) = 'NARROW_MATCH' THEN 'BROAD_MATCH' ELSE type(r) END AS facing, null AS judged_at
  UNION ALL
  WITH later, earlier
  WITH later, earlier WHERE earlier IS NOT NULL
  MATCH (was:Concept)-[:IN_FRAMEWORK]->(earlier)
  MATCH (was)<-[:SUBJECT]-(m:Mapping)-[:JUDGED_AGAINST]->(later)
  RETURN was, null AS became, m, 'NONE' AS facing, null AS judged_at
  UNION ALL
  WITH later, earlier
  WITH later, earlier WHERE earlier IS NOT NULL
  MATCH (was:Concept)-[:IN_FRAMEWORK]->(earlier)
  WHERE NOT EXISTS { MATCH (was)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(later) }
    AND NOT EXISTS { MATCH (was)<-[:SUBJECT]-(:Mapping)-[:JUDGED_AGAINST]->(later) }
  OPTIONAL MATCH (was)-[:BROADER*1..4]->(wider:Concept)<-[:SUBJECT]-(above:Mapping)-[:JUDGED_AGAINST]->(later)
  WITH was, wider, above ORDER BY above.id
  WITH was, collect(above) AS aboves, collect(wider.id) AS widers
  RETURN was, null AS became, aboves[0] AS m, CASE WHEN size(aboves) = 0 THEN 'UNKNOWN' ELSE 'NONE ABOVE' END AS facing, widers[0] AS judged_at
  UNION ALL
  WITH later, earlier
  WITH later, earlier WHERE earlier IS NOT NULL
  MATCH (became:Concept)-[:IN_FRAMEWORK]->(later)
  MATCH (became)<-[:SUBJECT]-(m:Mapping)-[:JUDGED_AGAINST]->(earlier)
  RETURN null AS was, became, m,
         CASE WHEN EXISTS { MATCH (became)-[:EXACT_MATCH|CLOSE_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(earlier) } THEN 'DISPUTED' ELSE 'NONE' END AS facing,
         null AS judged_at
  UNION ALL
  WITH later, earlier
  WITH later, earlier WHERE earlier IS NOT NULL
  MATCH (became:Concept)-[:IN_FRAMEWORK]->(later)
  WHERE NOT EXISTS { MATCH (became)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(earlier) }
    AND NOT EXISTS { MATCH (became)<-[:SUBJECT]-(:Mapping)-[:JUDGED_AGAINST]->(earlier) }
  OPTIONAL MATCH (became)-[:BROADER*1..4]->(wider:Concept)<-[:SUBJECT]-(above:Mapping)-[:JUDGED_AGAINST]->(earlier)
  WITH became, wider, above ORDER BY above.id
  WITH became, collect(above) AS aboves, collect(wider.id) AS widers
  RETURN null AS was, became, aboves[0] AS m, CASE WHEN size(aboves) = 0 THEN 'UNKNOWN' ELSE 'NONE ABOVE' END AS facing, widers[0] AS judged_at
  UNION ALL
  WITH later, earlier
  WITH later, earlier WHERE earlier IS NULL
  RETURN null AS was, null AS became, null AS m, 'FIRST' AS facing, null AS judged_at
}
WITH earlier, was, became, m, facing, judged_at,
     CASE facing WHEN 'EXACT_MATCH' THEN 1 WHEN 'BROAD_MATCH' THEN 2 WHEN 'CLOSE_MATCH' THEN 3
                 WHEN 'NARROW_MATCH' THEN 4 WHEN 'RELATED_MATCH' THEN 5 ELSE 6 END AS rank
ORDER BY rank, coalesce(m.confidence, -1) DESC, became.id, m.id
WITH earlier, coalesce('old ' + was.id, 'new ' + became.id, 'none') AS side,
     collect(DISTINCT facing) AS facings,
     count(DISTINCT CASE WHEN facing = 'NARROW_MATCH' THEN became.id END) AS narrower,
     max(CASE WHEN facing IN ['EXACT_MATCH', 'CLOSE_MATCH'] AND toLower(was.label) = toLower(became.label) THEN 1 ELSE 0 END) AS same_name,
     collect(CASE WHEN facing = 'NARROW_MATCH' AND m.status <> 'stated' THEN m.id END) AS unsure_parts,
     collect({was: was, became: became, m: m, facing: facing, rank: rank, judged_at: judged_at}) AS rows
UNWIND rows AS row
WITH earlier, narrower, unsure_parts, row.was AS was, row.became AS became, row.m AS m, row.facing AS facing, row.rank AS rank,
     row.judged_at AS judged_at,
     CASE WHEN 'FIRST' IN facings THEN 'none: it revises no framework of this graph'
          WHEN 'UNKNOWN' IN facings THEN 'not yet judged'
          WHEN 'NONE ABOVE' IN facings THEN 'judged at a broader concept: no close term'
          WHEN 'DISPUTED' IN facings THEN 'disputed: judged to have no close term, and mapped to one'
          WHEN row.was IS NULL THEN 'new'
          WHEN 'NONE' IN facings AND any(f IN facings WHERE f IN ['EXACT_MATCH', 'CLOSE_MATCH'])
          THEN 'disputed: judged to have no close term, and mapped to one'
          WHEN same_name = 1 THEN 'kept'
          WHEN any(f IN facings WHERE f IN ['EXACT_MATCH', 'CLOSE_MATCH']) THEN 'renamed'
          WHEN narrower > 1 THEN 'split'
          WHEN narrower = 1 THEN 'narrowed'
          WHEN 'BROAD_MATCH' IN facings THEN 'widened'
          WHEN 'NONE' IN facings THEN 'dropped' ELSE 'related only' END AS change
WITH earlier, was, became, m, facing, rank, judged_at, change, coalesce(was, became) AS concept,
     CASE WHEN change = 'split' AND facing = 'NARROW_MATCH' AND m.status = 'stated' THEN unsure_parts[0] END AS unsure_part
OPTIONAL MATCH (was)-[:BROADER]->(old_wider:Concept)-[:IN_FRAMEWORK]->(earlier)
OPTIONAL MATCH (became)-[:BROADER]->(new_wider:Concept)-[:IN_FRAMEWORK]->(:Framework {id: $framework})
RETURN earlier.id AS earlier, was.id AS old, was.label AS old_label,
       CASE WHEN was IS NOT NULL THEN old_wider.label END AS old_under, change, became.id AS new, became.label AS new_label,
       CASE WHEN became IS NOT NULL THEN new_wider.label END AS new_under,
       head([l IN ['Challenge', 'Factor', 'Level', 'Construct', 'Domain', 'Element', 'KeyQuestion', 'RatingValue',
                   'ServiceGroup', 'QualityStatement'] WHERE l IN labels(concept)]) AS kind,
       CASE facing WHEN 'EXACT_MATCH' THEN 'skos:exactMatch' WHEN 'BROAD_MATCH' THEN 'skos:broadMatch'
                   WHEN 'CLOSE_MATCH' THEN 'skos:closeMatch' WHEN 'NARROW_MATCH' THEN 'skos:narrowMatch'
                   WHEN 'RELATED_MATCH' THEN 'skos:relatedMatch' END AS predicate,
       CASE rank WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible' WHEN 5 THEN 'related' END AS reach,
       m.confidence AS confidence, m.id AS mapping, m.mapping_justification AS justification, m.basis AS basis,
       CASE WHEN m IS NULL THEN null WHEN m.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS review, m.rationale AS rationale,
       CASE WHEN m IS NULL THEN 'undetermined' WHEN judged_at IS NOT NULL OR unsure_part IS NOT NULL THEN 'inferred' ELSE m.status END AS status,
       CASE WHEN facing = 'FIRST' THEN 'no earlier edition' WHEN m IS NULL THEN 'no mapping yet'
            WHEN judged_at IS NOT NULL THEN 'taken from ' + judged_at
            ELSE 'mapping ' + coalesce(unsure_part, m.id) END AS weakest_step,
       coalesce(m.sources, []) AS sources
ORDER BY CASE WHEN was IS NULL THEN 1 ELSE 0 END, CASE WHEN was IS NULL AND change = 'not yet judged' THEN 1 ELSE 0 END,
         concept.order, concept.id, rank, coalesce(m.confidence, -1) DESC, became.id, m.id
