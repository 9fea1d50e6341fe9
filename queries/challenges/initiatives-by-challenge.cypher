//+ title: Initiatives under each challenge
//+ question: Which programmes, tools and practices appear in the passages coded to each challenge?
//+ parameters:
//+   challenge: {type: concept, labels: [Challenge], help: "one challenge; without it, all", example: "QUASER:STRUCT"}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+ columns:
//+   challenge: {type: id, meaning: "the challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   initiative: {type: id, meaning: "the initiative; empty where none is named under the challenge"}
//+   initiative_label: {type: text, meaning: "its name or description"}
//+   kind: {type: text, meaning: "named initiative, tool or programme, or unnamed practice"}
//+   cases: {type: ids, meaning: "cases of the passages"}
//+   items: {type: ids, meaning: "the coded items"}
//+   voices: {type: texts, meaning: "who speaks in them"}
//+   excerpts: {type: integer, meaning: "distinct excerpts"}
//+   mentions: {type: integer, meaning: "distinct mentions by the authors"}
//+   status: {type: status, meaning: "how it is known"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {CodedItem: qikg build}
//+ show: [challenge_label, initiative, initiative_label, kind, cases, excerpts, mentions, status]
//+ cannot_tell: >-
//+   An initiative that the text names outside the coded passages is not here (ask `inferred` and `sources`, or query
//+   Mention). That an initiative stands under a challenge does not say that it met the challenge, or that it worked.
MATCH (concept:Challenge)-[:IN_FRAMEWORK]->(:Framework {id: 'QUASER'})
WHERE $challenge IS NULL OR concept.id = $challenge
OPTIONAL MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(concept),
               (passage)-[mention:MENTIONS]->(programme:Initiative)
WHERE $study IS NULL OR study.id = $study
WITH concept, programme, the_case, passage, coded, mention ORDER BY the_case.order, passage.id
WITH concept, programme, collect(DISTINCT the_case.id) AS cases, collect(DISTINCT passage.id) AS items,
     collect(DISTINCT passage.voice) AS voices,
     count(DISTINCT CASE WHEN passage:Excerpt THEN passage.id END) AS excerpts,
     count(DISTINCT CASE WHEN passage:AuthorMention THEN passage.id END) AS mentions,
     collect(CASE WHEN coded.status <> 'stated' THEN 'coding of ' + passage.id
                  WHEN mention.status <> 'stated' THEN 'mention in ' + passage.id END) AS weak,
     collect(DISTINCT coded.status) + collect(DISTINCT mention.status) AS statuses
RETURN concept.id AS challenge, concept.label AS challenge_label, programme.id AS initiative,
       programme.label AS initiative_label, programme.initiative_kind AS kind, cases, items, voices, excerpts, mentions,
       CASE WHEN programme IS NULL THEN null WHEN 'undetermined' IN statuses THEN 'undetermined'
            WHEN 'inferred' IN statuses THEN 'inferred' ELSE 'stated' END AS status,
       CASE WHEN programme IS NULL THEN null WHEN size(weak) > 0 THEN weak[0] ELSE 'mention in ' + items[0] END AS weakest_step,
       coalesce(programme.sources, []) AS sources
ORDER BY concept.order, concept.id, programme.id
