//+ title: The evidence for a challenge
//+ question: Which excerpts of which cases speak of a challenge, who speaks, and where in the text?
//+ parameters:
//+   challenge: {type: concept, labels: [Challenge], required: true, help: "the challenge", example: "QUASER:LEAD"}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+ columns:
//+   item: {type: id, meaning: "the coded item"}
//+   counted_as: {type: text, meaning: "excerpt, or mention (an initiative that the authors name; never counted as an excerpt)"}
//+   case: {type: id, meaning: "the case"}
//+   case_label: {type: text, meaning: "its name in the study"}
//+   places: {type: ids, meaning: "the trust or hospital that the case is held to be"}
//+   place_labels: {type: texts, meaning: "their names"}
//+   place_status: {type: status, meaning: "how that identification is known; it does not weaken the row"}
//+   place_confidence: {type: number, meaning: "the lowest confidence of the identification, 0 to 1"}
//+   voice: {type: text, meaning: "who speaks"}
//+   summary: {type: text, meaning: "what it says, in our own words"}
//+   lines: {type: text, meaning: "lines of the text"}
//+   span: {type: id, meaning: "the anchored place in the text"}
//+   quote_start: {type: text, meaning: "its first words"}
//+   quote_end: {type: text, meaning: "its last words"}
//+   status: {type: status, meaning: "how the coding is known"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   coder: {type: text, meaning: "who coded it"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER, OFQ]
//+ roles: {status: status, span: span, sources: sources}
//+ needs: {CodedItem: qikg build}
//+ show: [item, counted_as, case_label, place_labels, place_status, voice, summary, lines, status]
//+ distinct: {excerpts: {column: item, where: {counted_as: excerpt}}, mentions: {column: item, where: {counted_as: mention}}}
//+ cannot_tell: >-
//+   That no excerpt is shown for a case is not evidence that the case lacked the challenge. Who speaks is our reading:
//+   the paper uses quotation marks for participants and for the regulator's prose alike.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(c:Concept {id: $challenge})
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (passage)-[:PRINTED_AT]->(spot:Span)
OPTIONAL MATCH (the_case)-[held:IDENTIFIED_AS]->(subject)
WITH study, the_case, passage, coded, spot, held, subject ORDER BY subject.id
WITH study, the_case, passage, coded, spot,
     collect(DISTINCT subject.id) AS places, collect(DISTINCT subject.label) AS place_labels,
     collect(DISTINCT held.status) AS held_statuses, min(held.confidence) AS place_confidence
RETURN passage.id AS item, CASE WHEN passage:Excerpt THEN 'excerpt' ELSE 'mention' END AS counted_as,
       the_case.id AS case, the_case.label AS case_label, places, place_labels,
       CASE WHEN size(held_statuses) = 0 THEN null
            WHEN 'undetermined' IN held_statuses THEN 'undetermined'
            WHEN 'inferred' IN held_statuses THEN 'inferred' ELSE 'stated' END AS place_status,
       place_confidence, passage.voice AS voice, passage.summary AS summary,
       toString(spot.line_start) + CASE WHEN spot.line_end = spot.line_start THEN '' ELSE '-' + toString(spot.line_end) END AS lines, spot.id AS span,
       spot.quote_start AS quote_start, spot.quote_end AS quote_end,
       coded.status AS status, 'coding of ' + passage.label + ' by ' + coded.coder AS weakest_step, coded.coder AS coder,
       passage.sources AS sources
ORDER BY study.id, the_case.order, spot.start, passage.id
