//+ title: Stakeholder groups under each challenge
//+ question: Who appears in the passages coded to each challenge?
//+ parameters:
//+   challenge: {type: concept, labels: [Challenge], help: "one challenge; without it, all", example: "QUASER:EXT"}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   status: {type: status, help: "count only items whose group is known at least so well; the others are counted as left out", example: stated}
//+ columns:
//+   challenge: {type: id, meaning: "the challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   group: {type: id, meaning: "the stakeholder group; empty where none appears under the challenge"}
//+   group_label: {type: text, meaning: "its name"}
//+   kind: {type: text, meaning: "what kind of group, such as patients_public, staff or leadership"}
//+   cases: {type: ids, meaning: "cases of the items"}
//+   items: {type: ids, meaning: "the coded items in which it appears"}
//+   voices: {type: texts, meaning: "who speaks in them"}
//+   excerpts: {type: integer, meaning: "distinct excerpts among them"}
//+   mentions: {type: integer, meaning: "distinct mentions by the authors among them"}
//+   inferred_items: {type: ids, meaning: "those of the items in which it is not stated"}
//+   left_out: {type: integer, meaning: "items left out by --status; that the group appears in them is neither said nor denied here"}
//+   of_excerpts: {type: integer, meaning: "excerpts coded to the challenge in all"}
//+   status: {type: status, meaning: "the weakest step of an item that is counted"}
//+   weakest_step: {type: text, meaning: "the first step with that status"}
//+   basis: {type: texts, meaning: "what those rest on"}
//+   note: {type: text, meaning: "what else is to be known of the group"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {CodedItem: qikg build}
//+ show: [challenge_label, group_label, kind, cases, items, excerpts, mentions, left_out, status]
//+ cannot_tell: >-
//+   That a group appears in a passage does not say what it did there: some act, some are acted upon, some are only named.
//+   A group that does not appear under a challenge may have taken part all the same: excerpts are examples, and a passage
//+   may name nobody. Groups are as the text names them and overlap (staff, ward staff, clinicians): excerpts of several
//+   groups cannot be added up. A group that the text names outside the coded passages is not here.
MATCH (concept:Challenge)-[:IN_FRAMEWORK]->(:Framework {id: 'QUASER'})
WHERE $challenge IS NULL OR concept.id = $challenge
OPTIONAL MATCH (any_study:Study)-[:EXAMINES]->(:Case)<-[:FROM_CASE]-(any_item:Excerpt)-[:CODED_AS]->(concept)
WHERE $study IS NULL OR any_study.id = $study
WITH concept, count(DISTINCT any_item.id) AS of_excerpts
OPTIONAL MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(concept),
               (passage)-[mention:MENTIONS]->(stakeholders:StakeholderGroup)
WHERE $study IS NULL OR study.id = $study
WITH concept, of_excerpts, stakeholders, the_case, passage, coded, mention,
     coded.status IN $statuses AND mention.status IN $statuses AS counted
ORDER BY study.id, the_case.order, passage.id
WITH concept, of_excerpts, stakeholders,
     collect(DISTINCT CASE WHEN counted THEN the_case.id END) AS cases,
     collect(DISTINCT CASE WHEN counted THEN passage.id END) AS items,
     collect(DISTINCT CASE WHEN counted THEN passage.voice END) AS voices,
     count(DISTINCT CASE WHEN counted AND passage:Excerpt THEN passage.id END) AS excerpts,
     count(DISTINCT CASE WHEN counted AND passage:AuthorMention THEN passage.id END) AS mentions,
     count(DISTINCT CASE WHEN NOT counted THEN passage.id END) AS left_out,
     collect(DISTINCT CASE WHEN counted AND mention.status <> 'stated' THEN passage.id END) AS inferred_items,
     collect(DISTINCT CASE WHEN counted THEN mention.basis END) AS basis,
     collect(CASE WHEN counted AND 'undetermined' IN [coded.status, mention.status]
                  THEN CASE WHEN coded.status = 'undetermined' THEN 'coding of ' ELSE 'group of ' END + passage.id END) AS undetermined,
     collect(CASE WHEN counted AND 'inferred' IN [coded.status, mention.status]
                  THEN CASE WHEN coded.status = 'inferred' THEN 'coding of ' ELSE 'group of ' END + passage.id END) AS inferred,
     collect(DISTINCT passage.sources) + collect(DISTINCT mention.sources) AS files
RETURN concept.id AS challenge, concept.label AS challenge_label, stakeholders.id AS group,
       stakeholders.label AS group_label, stakeholders.group_kind AS kind,
       cases, items, voices, excerpts, mentions, inferred_items, left_out, of_excerpts,
       CASE WHEN size(items) = 0 THEN null WHEN size(undetermined) > 0 THEN 'undetermined'
            WHEN size(inferred) > 0 THEN 'inferred' ELSE 'stated' END AS status,
       CASE WHEN size(undetermined) > 0 THEN undetermined[0] WHEN size(inferred) > 0 THEN inferred[0]
            WHEN size(items) > 0 THEN 'group of ' + items[0] END AS weakest_step,
       basis, stakeholders.note AS note,
       reduce(found = [], f IN reduce(each = coalesce(stakeholders.sources, []), list IN files | each + list) |
              CASE WHEN f IN found THEN found ELSE found + f END) AS sources
ORDER BY concept.order, concept.id, excerpts DESC, mentions DESC, stakeholders.id
