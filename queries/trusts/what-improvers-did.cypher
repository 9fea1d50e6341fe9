//+ title: What improvers did
//+ question: Which challenges, initiatives and stakeholder groups do the cases show whose overall rating had risen by so many steps?
//+ parameters:
//+   steps: {type: integer, help: "steps at least; without it, 1", example: "2"}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   looked: {type: date, help: "the day up to which ratings count; by default the day on which the study's data were published", example: "2017-06-14"}
//+   without_premise: {type: premises, help: "treat each cell whose premises name it as undetermined", example: counts}
//+ columns:
//+   section: {type: text, meaning: "challenge, initiative or stakeholder group"}
//+   thing: {type: id, meaning: "which one"}
//+   label: {type: text, meaning: "its name"}
//+   improvers: {type: integer, meaning: "cases that rose so far and show it: of a challenge those in which it is present, of an initiative those in which it was used, of a group those in whose coded items it appears"}
//+   improvers_of: {type: integer, meaning: "cases that rose so far, in all"}
//+   which: {type: ids, meaning: "the improvers that show it"}
//+   undetermined: {type: integer, meaning: "improvers of which nothing decides whether the challenge is present; empty for the other sections, where what is not named is not known"}
//+   others: {type: integer, meaning: "cases that did not rise so far and show it"}
//+   others_undetermined: {type: integer, meaning: "of those cases, the ones of which nothing decides it; empty for the other sections"}
//+   others_of: {type: integer, meaning: "cases that did not rise so far, in all"}
//+   not_told: {type: integer, meaning: "cases of which the ratings do not tell whether they rose so far; they are in neither count"}
//+   excerpts: {type: integer, meaning: "distinct excerpts of the improvers that show it"}
//+   mentions: {type: integer, meaning: "distinct mentions by the authors of the improvers that show it"}
//+   status: {type: status, meaning: "never better than inferred: the study names no trust; empty where no case rose so far"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER, CQC, CQCRATING]
//+ roles: {status: status, sources: sources}
//+ needs: {Case: qikg build, Rating: qikg build}
//+ show: [section, label, improvers, improvers_of, undetermined, others, others_of, others_undetermined, excerpts, status]
//+ cannot_tell: >-
//+   Whether anything here made a rating rise. The cases of a study may have been chosen because they improved, so that few
//+   or none are left to compare with; what improvers and others share may be what every trust has. A rise is that from any
//+   earlier to any later overall rating of the places that the case is held to be (both registrations of one hospital
//+   together), up to the day looked from, and may come before or after what the case tells. An initiative or a group
//+   that no passage names may have been there. For the ratings themselves ask trajectory, for what came later did-it-last.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (the_case)-[held:IDENTIFIED_AS]->()<-[:RATES]-(r:Rating {question: 'CQC:OVERALL', service: 'CQCSERVICE:OVERALL'})
WHERE r.score IS NOT NULL AND r.date IS NOT NULL
WITH study, the_case, coalesce($looked, study.data_published_latest) AS looked, held, r ORDER BY r.id
WITH study, the_case, looked, collect(DISTINCT held.status) AS held_statuses, collect(DISTINCT r) AS ratings
WITH study, the_case, held_statuses, [x IN ratings WHERE x.date_latest <= looked] AS sure,
     [x IN ratings WHERE x.date_earliest <= looked AND x.date_latest > looked | x.id] AS either
WITH study, the_case, held_statuses, sure, either,
     [early IN sure | reduce(most = 0, late IN sure | CASE WHEN late.date_earliest > early.date_latest AND late.score - early.score > most
                                                           THEN late.score - early.score ELSE most END)] AS rises
WITH study, the_case, held_statuses, sure, either, reduce(most = 0, rise IN rises | CASE WHEN rise > most THEN rise ELSE most END) AS rise,
     [x IN sure WHERE x.status = 'undetermined' AND NOT coalesce(x.in_register, false) | x.id] AS doubtful
WITH study, the_case, held_statuses, doubtful, reduce(files = [], x IN sure | files + x.sources) AS files,
     CASE WHEN rise >= coalesce($steps, 1) THEN 'rose' WHEN size(sure) < 2 OR size(either) > 0 THEN 'not told' ELSE 'other' END AS verdict
ORDER BY study.id, the_case.order, the_case.id
WITH collect(CASE WHEN verdict = 'rose' THEN the_case.id END) AS rose, collect(CASE WHEN verdict = 'other' THEN the_case.id END) AS rest,
     sum(CASE WHEN verdict = 'not told' THEN 1 ELSE 0 END) AS not_told,
     collect(CASE WHEN verdict = 'rose' THEN 'identification of ' + the_case.label END) AS steps,
     collect(CASE WHEN verdict = 'rose' AND 'undetermined' IN held_statuses THEN 'identification of ' + the_case.label
                  WHEN verdict = 'rose' AND size(doubtful) > 0 THEN 'rating ' + doubtful[0] END) AS doubts,
     collect(CASE WHEN verdict = 'rose' THEN files + the_case.sources END) AS file_lists
CALL {
  WITH rose, rest
  MATCH (concept:Challenge)-[:IN_FRAMEWORK]->(:Framework {id: 'QUASER'})
  OPTIONAL MATCH (concept)<-[:ABOUT_CONCEPT]-(a:Assertion)-[:ABOUT_CASE]->(c:Case) WHERE c.id IN rose OR c.id IN rest
  OPTIONAL MATCH (passage:CodedItem)-[:FROM_CASE]->(c), (passage)-[:CODED_AS]->(concept) WHERE c.id IN rose
  WITH rose, rest, concept, c, a, passage,
       CASE WHEN any(p IN coalesce(a.premises, []) WHERE p IN $without_premise) THEN 'undetermined' ELSE a.value END AS value
  ORDER BY c.order, c.id
  RETURN 1 AS rank, 'challenge' AS section, concept.id AS thing, concept.label AS label, concept.order AS place,
         collect(DISTINCT CASE WHEN value = 'present' AND c.id IN rose THEN c.id END) AS which,
         count(DISTINCT CASE WHEN value = 'undetermined' AND c.id IN rose THEN c.id END) AS undetermined,
         count(DISTINCT CASE WHEN value = 'present' AND c.id IN rest THEN c.id END) AS others,
         count(DISTINCT CASE WHEN value = 'undetermined' AND c.id IN rest THEN c.id END) AS others_undetermined,
         count(DISTINCT CASE WHEN value = 'present' AND passage:Excerpt THEN passage.id END) AS excerpts,
         count(DISTINCT CASE WHEN value = 'present' AND passage:AuthorMention THEN passage.id END) AS mentions,
         collect(DISTINCT CASE WHEN value = 'present' AND a.status = 'undetermined' THEN 'cell ' + a.id END) AS weak, collect(DISTINCT a.sources) AS own_files
  UNION ALL
  WITH rose, rest
  MATCH (programme:Initiative)-[used:USED_IN]->(c:Case) WHERE c.id IN rose OR c.id IN rest
  OPTIONAL MATCH (passage:CodedItem)-[:FROM_CASE]->(c), (passage)-[:MENTIONS]->(programme) WHERE c.id IN rose
  WITH rose, rest, programme, used, c, passage ORDER BY c.order, c.id
  RETURN 2 AS rank, 'initiative' AS section, programme.id AS thing, programme.label AS label, 0 AS place,
         collect(DISTINCT CASE WHEN c.id IN rose THEN c.id END) AS which, null AS undetermined,
         count(DISTINCT CASE WHEN c.id IN rest THEN c.id END) AS others, null AS others_undetermined,
         count(DISTINCT CASE WHEN passage:Excerpt THEN passage.id END) AS excerpts,
         count(DISTINCT CASE WHEN passage:AuthorMention THEN passage.id END) AS mentions,
         collect(DISTINCT CASE WHEN used.status = 'undetermined' THEN 'use in ' + c.label END) AS weak, collect(DISTINCT used.sources) AS own_files
  UNION ALL
  WITH rose, rest
  MATCH (c:Case)<-[:FROM_CASE]-(passage:CodedItem)-[named:MENTIONS]->(stakeholders:StakeholderGroup) WHERE c.id IN rose OR c.id IN rest
  WITH rose, rest, stakeholders, named, c, passage ORDER BY c.order, c.id
  RETURN 3 AS rank, 'stakeholder group' AS section, stakeholders.id AS thing, stakeholders.label AS label, 0 AS place,
         collect(DISTINCT CASE WHEN c.id IN rose THEN c.id END) AS which, null AS undetermined,
         count(DISTINCT CASE WHEN c.id IN rest THEN c.id END) AS others, null AS others_undetermined,
         count(DISTINCT CASE WHEN c.id IN rose AND passage:Excerpt THEN passage.id END) AS excerpts,
         count(DISTINCT CASE WHEN c.id IN rose AND passage:AuthorMention THEN passage.id END) AS mentions,
         collect(DISTINCT CASE WHEN named.status = 'undetermined' THEN 'group of ' + passage.id END) AS weak, collect(DISTINCT named.sources) AS own_files
}
WITH rose, rest, not_told, steps, doubts + weak AS doubts, rank, section, thing, label, place, which, undetermined, others,
     others_undetermined, excerpts, mentions,
     reduce(all = [], list IN own_files + file_lists | all + list) AS files
WHERE section = 'challenge' OR size(which) > 0
RETURN section, thing, label, size(which) AS improvers, size(rose) AS improvers_of, which, undetermined, others, others_undetermined,
       size(rest) AS others_of, not_told, excerpts, mentions,
       CASE WHEN size(rose) = 0 THEN null WHEN size(doubts) > 0 THEN 'undetermined' ELSE 'inferred' END AS status,
       CASE WHEN size(rose) = 0 THEN null WHEN size(doubts) > 0 THEN doubts[0] ELSE steps[0] END AS weakest_step,
       reduce(all = [], f IN files | CASE WHEN f IN all THEN all ELSE all + f END) AS sources
ORDER BY rank, improvers DESC, place, thing
