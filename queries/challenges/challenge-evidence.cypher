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
//+ show: [item, counted_as, case_label, place_labels, voice, summary, lines, status]
//+ distinct: {excerpts: {column: item, where: {counted_as: excerpt}}, mentions: {column: item, where: {counted_as: mention}}}
//+ cannot_tell: >-
//+   That no excerpt is shown for a case is not evidence that the case lacked the challenge. Who speaks is our reading:
//+   the paper uses quotation marks for participants and for the regulator's prose alike.
MATCH (study:Study)-[:EXAMINES]->(cs:Case)<-[:FROM_CASE]-(it:CodedItem)-[coded:CODED_AS]->(c:Concept {id: $challenge})
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (it)-[:PRINTED_AT]->(sp:Span)
OPTIONAL MATCH (cs)-[held:IDENTIFIED_AS]->(pl)
WITH study, cs, it, coded, sp, held, pl ORDER BY pl.id
WITH study, cs, it, coded, sp,
     collect(DISTINCT pl.id) AS places, collect(DISTINCT pl.label) AS place_labels,
     collect(DISTINCT held.status) AS held_statuses, min(held.confidence) AS place_confidence
RETURN it.id AS item, CASE WHEN it:Excerpt THEN 'excerpt' ELSE 'mention' END AS counted_as,
       cs.id AS case, cs.label AS case_label, places, place_labels,
       CASE WHEN size(held_statuses) = 0 THEN null
            WHEN 'undetermined' IN held_statuses THEN 'undetermined'
            WHEN 'inferred' IN held_statuses THEN 'inferred' ELSE 'stated' END AS place_status,
       place_confidence, it.voice AS voice, it.summary AS summary,
       toString(sp.line_start) + CASE WHEN sp.line_end = sp.line_start THEN '' ELSE '-' + toString(sp.line_end) END AS lines, sp.id AS span,
       sp.quote_start AS quote_start, sp.quote_end AS quote_end,
       coded.status AS status, 'coding of ' + it.label + ' by ' + coded.coder AS weakest_step, coded.coder AS coder,
       it.sources AS sources
ORDER BY study.id, cs.order, sp.start, it.id
