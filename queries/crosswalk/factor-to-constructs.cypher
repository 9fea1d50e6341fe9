//+ title: From MUSIQ factors to CFIR constructs
//+ question: Which constructs of CFIR 2022 does each factor of MUSIQ reach, by which mapping, and how far?
//+ parameters:
//+   factor: {type: concept, labels: [Factor], help: "one factor; without it, all", example: "MUSIQ:ORG3"}
//+ columns:
//+   factor: {type: id, meaning: "the factor"}
//+   factor_label: {type: text, meaning: "its name"}
//+   edition: {type: text, meaning: "MUSIQ of 2012, or one of the factors added in 2018"}
//+   verdict: {type: text, meaning: "mapped, judged: no close term, or not yet judged"}
//+   construct: {type: id, meaning: "the construct; empty where there is none"}
//+   construct_label: {type: text, meaning: "its name"}
//+   domain: {type: text, meaning: "the domain or construct that it stands under"}
//+   predicate: {type: text, meaning: "the predicate as read from the factor"}
//+   reach: {type: reach, meaning: "how far evidence on the factor reaches the construct"}
//+   confidence: {type: number, meaning: "of the mapping's author, 0 to 1; empty where none was given"}
//+   mapping: {type: id, meaning: "the mapping that carries the row"}
//+   justification: {type: text, meaning: "how the mapping was made"}
//+   basis: {type: text, meaning: "what it rests on"}
//+   review: {type: text, meaning: "whether a second person has checked it"}
//+   rationale: {type: text, meaning: "why"}
//+   status: {type: status, meaning: "stated only where a publication gives the pair and it was seen there"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [MUSIQ, MUSIQ2, CFIR2]
//+ roles: {status: status, reach: reach, mapping: mapping, confidence: confidence, sources: sources}
//+ needs: {Mapping: qikg build}
//+ show: [factor, factor_label, verdict, construct, construct_label, reach, confidence, mapping, status]
//+ cannot_tell: >-
//+   MUSIQ speaks of one improvement project and CFIR of putting one innovation into practice: no row says that the two
//+   mean the same, and most say only that they touch (reach: related). A factor judged to have no close term can have a
//+   weaker counterpart all the same, and has then both rows. The mappings that come with qikg are one reader's draft.
MATCH (c:Factor)-[:IN_FRAMEWORK]->(own:Framework)
WHERE own.id IN ['MUSIQ', 'MUSIQ2'] AND ($factor IS NULL OR c.id = $factor)
CALL {
  WITH c
  MATCH (c)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(f:Concept)-[:IN_FRAMEWORK]->(fw:Framework)
  WHERE fw.id IN ['CFIR2']
  MATCH (m:Mapping {id: r.mapping})
  RETURN 'mapped' AS verdict, f, fw, m,
         CASE WHEN startNode(r).id = c.id THEN type(r) WHEN type(r) = 'BROAD_MATCH' THEN 'NARROW_MATCH'
              WHEN type(r) = 'NARROW_MATCH' THEN 'BROAD_MATCH' ELSE type(r) END AS facing
  UNION ALL
  WITH c
  MATCH (c)<-[:SUBJECT]-(m:Mapping)-[:JUDGED_AGAINST]->(fw:Framework)
  WHERE fw.id IN ['CFIR2']
  RETURN 'judged: no close term' AS verdict, null AS f, fw, m, 'NONE' AS facing
  UNION ALL
  WITH c
  MATCH (c)
  WHERE NOT EXISTS { MATCH (c)<-[:SUBJECT]-(:Mapping)-[:JUDGED_AGAINST]->(fw:Framework) WHERE fw.id IN ['CFIR2'] }
    AND NOT EXISTS { MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(fw:Framework) WHERE fw.id IN ['CFIR2'] }
  RETURN 'not yet judged' AS verdict, null AS f, null AS fw, null AS m, 'UNKNOWN' AS facing
}
RETURN c.id AS factor, c.label AS factor_label, CASE own.id WHEN 'MUSIQ' THEN '2012' ELSE '2018' END AS edition, verdict, f.id AS construct, f.label AS construct_label,
       CASE WHEN f IS NOT NULL THEN head([(f)-[:BROADER]->(wider:Concept) | wider.label]) END AS domain,
       CASE facing WHEN 'EXACT_MATCH' THEN 'skos:exactMatch' WHEN 'BROAD_MATCH' THEN 'skos:broadMatch'
                   WHEN 'CLOSE_MATCH' THEN 'skos:closeMatch' WHEN 'NARROW_MATCH' THEN 'skos:narrowMatch'
                   WHEN 'RELATED_MATCH' THEN 'skos:relatedMatch' END AS predicate,
       CASE facing WHEN 'EXACT_MATCH' THEN 'same' WHEN 'BROAD_MATCH' THEN 'carries' WHEN 'CLOSE_MATCH' THEN 'near'
                   WHEN 'NARROW_MATCH' THEN 'possible' WHEN 'RELATED_MATCH' THEN 'related' END AS reach,
       m.confidence AS confidence, m.id AS mapping, m.mapping_justification AS justification, m.basis AS basis,
       CASE WHEN m IS NULL THEN null WHEN m.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS review,
       m.rationale AS rationale, CASE WHEN m IS NULL THEN 'undetermined' ELSE m.status END AS status,
       CASE WHEN m IS NULL THEN 'no mapping yet' ELSE 'mapping ' + m.id END AS weakest_step, coalesce(m.sources, []) AS sources
ORDER BY own.id, c.order, c.id,
         CASE facing WHEN 'EXACT_MATCH' THEN 1 WHEN 'BROAD_MATCH' THEN 2 WHEN 'CLOSE_MATCH' THEN 3
                     WHEN 'NARROW_MATCH' THEN 4 WHEN 'RELATED_MATCH' THEN 5 ELSE 6 END,
         coalesce(m.confidence, -1) DESC, f.id, m.id
