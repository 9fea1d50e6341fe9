//+ title: Two ways from QUASER to CFIR
//+ question: Which pairs of challenge and construct do both ways give (by a MUSIQ factor, and directly), which only one, and how weak is each chain?
//+ parameters:
//+   challenge: {type: concept, labels: [Challenge], help: "one challenge; without it, all", example: "QUASER:LEAD"}
//+ columns:
//+   challenge: {type: id, meaning: "the challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   construct: {type: id, meaning: "the construct of CFIR 2022; empty where neither way leads to one"}
//+   construct_label: {type: text, meaning: "its name"}
//+   pair: {type: id, meaning: "the two, to count pairs by: several chains can give one"}
//+   given: {type: text, meaning: "both ways, by a chain only, directly only, or neither way"}
//+   factor: {type: id, meaning: "the MUSIQ factor in the middle of the chain; empty where there is no chain"}
//+   factor_label: {type: text, meaning: "its name"}
//+   reach: {type: reach, meaning: "how far evidence on the challenge reaches the construct along the chain; without a chain, directly"}
//+   further: {type: text, meaning: "of a pair given both ways: which way reaches further, chain, direct or equal"}
//+   weakest_link: {type: id, meaning: "of the mappings of the chain the one that reaches least far, then the least sure; without a chain, the direct one"}
//+   weakest_confidence: {type: number, meaning: "its confidence"}
//+   chain_score: {type: number, meaning: "product of the two confidences of the chain; it is no probability. Empty where one was not given"}
//+   direct: {type: text, meaning: "mapped; no mapping of this pair; judged: no close term (of the challenge in CFIR, or of the construct in QUASER); or not yet judged"}
//+   chain: {type: text, meaning: "mapped; no chain to this construct; judged: no close term (of the challenge in MUSIQ); or not yet judged"}
//+   judgements: {type: ids, meaning: "the mappings that judge so, beside whatever is mapped"}
//+   first_mapping: {type: id, meaning: "the mapping from the challenge to the factor"}
//+   first_predicate: {type: text, meaning: "its predicate, as read in that direction"}
//+   first_reach: {type: text, meaning: "how far evidence crosses it"}
//+   first_confidence: {type: number, meaning: "of its author, 0 to 1; empty where none was given"}
//+   first_justification: {type: text, meaning: "how it was made"}
//+   first_basis: {type: text, meaning: "what it rests on"}
//+   first_review: {type: text, meaning: "whether a second person has checked it"}
//+   second_mapping: {type: id, meaning: "the mapping from the factor to the construct"}
//+   second_predicate: {type: text, meaning: "its predicate, as read in that direction"}
//+   second_reach: {type: text, meaning: "how far evidence crosses it"}
//+   second_confidence: {type: number, meaning: "of its author, 0 to 1; empty where none was given"}
//+   second_justification: {type: text, meaning: "how it was made"}
//+   second_basis: {type: text, meaning: "what it rests on"}
//+   second_review: {type: text, meaning: "whether a second person has checked it"}
//+   direct_mapping: {type: id, meaning: "the mapping from the challenge to the construct itself; the best, where several give the pair"}
//+   direct_predicate: {type: text, meaning: "its predicate, as read in that direction"}
//+   direct_reach: {type: text, meaning: "how far evidence crosses it"}
//+   direct_confidence: {type: number, meaning: "of its author, 0 to 1; empty where none was given"}
//+   direct_justification: {type: text, meaning: "how it was made"}
//+   direct_basis: {type: text, meaning: "what it rests on"}
//+   direct_review: {type: text, meaning: "whether a second person has checked it"}
//+   other_mappings: {type: ids, meaning: "further direct mappings of the pair"}
//+   status: {type: status, meaning: "the weakest of the mappings; a chain is never better than inferred"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER, MUSIQ, MUSIQ2, CFIR2]
//+ roles: {status: status, reach: reach, mapping: weakest_link, confidence: weakest_confidence, sources: sources}
//+ needs: {Mapping: qikg build}
//+ show: [challenge_label, given, factor_label, construct_label, reach, direct_reach, weakest_link, chain_score, status]
//+ distinct:
//+   pairs given both ways: {column: pair, where: {given: both ways}}
//+   by a chain only: {column: pair, where: {given: by a chain only}}
//+   directly only: {column: pair, where: {given: directly only}}
//+ cannot_tell: >-
//+   That both ways give a pair is no independent support: in the mappings that come with qikg one reader drew all three
//+   sides. A chain reaches no further than its weakest link, and near after near, or possible after carries, is only
//+   related. The chain score is no probability: the links are not independent. A pair that one way lacks was not denied
//+   by it: see direct and chain. Weakest chains stand first, since they are the ones to look at.
MATCH (c:Challenge)-[:IN_FRAMEWORK]->(:Framework {id: 'QUASER'})
WHERE $challenge IS NULL OR c.id = $challenge
CALL {
  WITH c
  MATCH (c)-[r:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(f:Concept)-[:IN_FRAMEWORK]->(middle:Framework)
  WHERE middle.id IN ['MUSIQ', 'MUSIQ2']
  MATCH (f)-[s:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(k:Concept)-[:IN_FRAMEWORK]->(:Framework {id: 'CFIR2'})
  MATCH (m1:Mapping {id: r.mapping})
  MATCH (m2:Mapping {id: s.mapping})
  RETURN f, k, m1, m2,
         CASE WHEN startNode(r).id = c.id THEN type(r) WHEN type(r) = 'BROAD_MATCH' THEN 'NARROW_MATCH'
              WHEN type(r) = 'NARROW_MATCH' THEN 'BROAD_MATCH' ELSE type(r) END AS facing1,
         CASE WHEN startNode(s).id = f.id THEN type(s) WHEN type(s) = 'BROAD_MATCH' THEN 'NARROW_MATCH'
              WHEN type(s) = 'NARROW_MATCH' THEN 'BROAD_MATCH' ELSE type(s) END AS facing2
  UNION ALL
  WITH c
  MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(k:Concept)-[:IN_FRAMEWORK]->(:Framework {id: 'CFIR2'})
  WHERE NOT EXISTS { MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(f:Concept)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(k), (f)-[:IN_FRAMEWORK]->(middle:Framework)
                     WHERE middle.id IN ['MUSIQ', 'MUSIQ2'] }
  RETURN DISTINCT null AS f, k, null AS m1, null AS m2, 'NONE' AS facing1, 'NONE' AS facing2
  UNION ALL
  WITH c
  MATCH (c)
  WHERE NOT EXISTS { MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(:Framework {id: 'CFIR2'}) }
    AND NOT EXISTS { MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(f:Concept)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(:Framework {id: 'CFIR2'}),
                           (f)-[:IN_FRAMEWORK]->(middle:Framework)
                     WHERE middle.id IN ['MUSIQ', 'MUSIQ2'] }
  RETURN null AS f, null AS k, null AS m1, null AS m2, 'NONE' AS facing1, 'NONE' AS facing2
}
WITH c, f, k, m1, m2,
     CASE facing1 WHEN 'EXACT_MATCH' THEN 1 WHEN 'BROAD_MATCH' THEN 2 WHEN 'CLOSE_MATCH' THEN 3
                      WHEN 'NARROW_MATCH' THEN 4 WHEN 'RELATED_MATCH' THEN 5 END AS rank1,
     CASE facing2 WHEN 'EXACT_MATCH' THEN 1 WHEN 'BROAD_MATCH' THEN 2 WHEN 'CLOSE_MATCH' THEN 3
                      WHEN 'NARROW_MATCH' THEN 4 WHEN 'RELATED_MATCH' THEN 5 END AS rank2
OPTIONAL MATCH (c)-[d:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(there:Concept)
WHERE k IS NOT NULL AND there.id = k.id
OPTIONAL MATCH (given_by:Mapping {id: d.mapping})
WHERE d IS NOT NULL
WITH c, f, k, m1, m2, rank1, rank2, given_by,
     CASE WHEN d IS NULL THEN null WHEN type(d) = 'EXACT_MATCH' THEN 1 WHEN type(d) = 'CLOSE_MATCH' THEN 3 WHEN type(d) = 'RELATED_MATCH' THEN 5
          WHEN (type(d) = 'BROAD_MATCH') = (startNode(d).id = c.id) THEN 2 ELSE 4 END AS rank3
ORDER BY rank3, coalesce(given_by.confidence, -1) DESC, given_by.id
WITH c, f, k, m1, m2, rank1, rank2, collect(given_by) AS directs, min(rank3) AS rank3
WITH c, f, k, m1, m2, rank1, rank2, rank3, directs[0] AS dm, [x IN directs[1..] | x.id] AS other_mappings
OPTIONAL MATCH (judged:Concept)<-[:SUBJECT]-(j:Mapping)-[:JUDGED_AGAINST]->(against:Framework)
WHERE (judged.id = c.id AND against.id IN ['CFIR2', 'MUSIQ', 'MUSIQ2']) OR (k IS NOT NULL AND judged.id = k.id AND against.id = 'QUASER')
WITH c, f, k, m1, m2, rank1, rank2, rank3, dm, other_mappings, j, against ORDER BY j.id
WITH c, f, k, m1, m2, rank1, rank2, rank3, dm, other_mappings, collect(DISTINCT j.id) AS judgements,
     collect(DISTINCT against.id) AS judged_against
WITH c, f, k, m1, m2, rank1, rank2, rank3, dm, other_mappings, judgements,
     any(x IN judged_against WHERE x IN ['CFIR2', 'QUASER']) AS direct_judged,
     any(x IN judged_against WHERE x IN ['MUSIQ', 'MUSIQ2']) AS chain_judged,
     EXISTS { MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(:Framework {id: 'CFIR2'}) } AS has_direct,
     EXISTS { MATCH (c)-[:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]-(:Concept)-[:IN_FRAMEWORK]->(middle:Framework) WHERE middle.id IN ['MUSIQ', 'MUSIQ2'] } AS has_factors,
     CASE WHEN rank1 IS NULL THEN rank3 WHEN (rank1 = 3 AND rank2 = 3) OR (rank1 = 2 AND rank2 = 4) THEN 5
          WHEN rank1 > rank2 THEN rank1 ELSE rank2 END AS reached,
     CASE WHEN m1 IS NULL THEN dm
          WHEN rank1 > rank2 OR (rank1 = rank2 AND coalesce(m1.confidence, -1) < coalesce(m2.confidence, -1))
               OR (rank1 = rank2 AND coalesce(m1.confidence, -1) = coalesce(m2.confidence, -1) AND m1.id < m2.id) THEN m1
          ELSE m2 END AS weak,
     head([x IN [m1, m2, dm] WHERE x IS NOT NULL AND x.status = 'undetermined']) AS open_link
RETURN c.id AS challenge, c.label AS challenge_label, k.id AS construct, k.label AS construct_label, c.id + ' > ' + k.id AS pair,
       CASE WHEN k IS NULL THEN 'neither way' WHEN f IS NULL THEN 'directly only' WHEN dm IS NULL THEN 'by a chain only' ELSE 'both ways' END AS given,
       f.id AS factor, f.label AS factor_label,
       CASE reached WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible' WHEN 5 THEN 'related' END AS reach,
       CASE WHEN f IS NULL OR dm IS NULL THEN null WHEN reached < rank3 THEN 'chain' WHEN reached > rank3 THEN 'direct' ELSE 'equal' END AS further,
       weak.id AS weakest_link, weak.confidence AS weakest_confidence, round(m1.confidence * m2.confidence * 10000) / 10000 AS chain_score,
       CASE WHEN dm IS NOT NULL THEN 'mapped' WHEN direct_judged THEN 'judged: no close term'
            WHEN has_direct THEN 'no mapping of this pair' ELSE 'not yet judged' END AS direct,
       CASE WHEN f IS NOT NULL THEN 'mapped' WHEN chain_judged THEN 'judged: no close term'
            WHEN has_factors THEN 'no chain to this construct' ELSE 'not yet judged' END AS chain,
       judgements,
       m1.id AS first_mapping,
       CASE rank1 WHEN 1 THEN 'skos:exactMatch' WHEN 2 THEN 'skos:broadMatch' WHEN 3 THEN 'skos:closeMatch'
            WHEN 4 THEN 'skos:narrowMatch' WHEN 5 THEN 'skos:relatedMatch' END AS first_predicate,
       CASE rank1 WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible' WHEN 5 THEN 'related' END AS first_reach,
       m1.confidence AS first_confidence, m1.mapping_justification AS first_justification, m1.basis AS first_basis,
       CASE WHEN m1 IS NULL THEN null WHEN m1.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS first_review,
       m2.id AS second_mapping,
       CASE rank2 WHEN 1 THEN 'skos:exactMatch' WHEN 2 THEN 'skos:broadMatch' WHEN 3 THEN 'skos:closeMatch'
            WHEN 4 THEN 'skos:narrowMatch' WHEN 5 THEN 'skos:relatedMatch' END AS second_predicate,
       CASE rank2 WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible' WHEN 5 THEN 'related' END AS second_reach,
       m2.confidence AS second_confidence, m2.mapping_justification AS second_justification, m2.basis AS second_basis,
       CASE WHEN m2 IS NULL THEN null WHEN m2.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS second_review,
       dm.id AS direct_mapping,
       CASE rank3 WHEN 1 THEN 'skos:exactMatch' WHEN 2 THEN 'skos:broadMatch' WHEN 3 THEN 'skos:closeMatch'
            WHEN 4 THEN 'skos:narrowMatch' WHEN 5 THEN 'skos:relatedMatch' END AS direct_predicate,
       CASE rank3 WHEN 1 THEN 'same' WHEN 2 THEN 'carries' WHEN 3 THEN 'near' WHEN 4 THEN 'possible' WHEN 5 THEN 'related' END AS direct_reach,
       dm.confidence AS direct_confidence, dm.mapping_justification AS direct_justification, dm.basis AS direct_basis,
       CASE WHEN dm IS NULL THEN null WHEN dm.reviewed THEN 'reviewed' ELSE 'not reviewed' END AS direct_review,
       other_mappings,
       CASE WHEN k IS NULL OR open_link IS NOT NULL THEN 'undetermined' WHEN f IS NOT NULL THEN 'inferred' ELSE dm.status END AS status,
       CASE WHEN k IS NULL THEN 'no mapping yet' WHEN open_link IS NOT NULL THEN 'mapping ' + open_link.id
            WHEN f IS NOT NULL AND weak.status = 'stated' THEN 'chain by ' + f.id ELSE 'mapping ' + weak.id END AS weakest_step,
       reduce(found = [], x IN coalesce(m1.sources, []) + coalesce(m2.sources, []) + coalesce(dm.sources, []) |
              CASE WHEN x IN found THEN found ELSE found + [x] END) AS sources
ORDER BY c.order, c.id, CASE WHEN k IS NULL THEN 4 WHEN f IS NULL THEN 3 WHEN dm IS NULL THEN 2 ELSE 1 END,
         reached DESC, coalesce(weak.confidence, -1), k.id, f.id, m1.id, m2.id
