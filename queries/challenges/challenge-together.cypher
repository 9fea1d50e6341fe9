//+ title: Challenges that stand together
//+ question: Which challenges are found together in a case, and which are coded together in a case or in one excerpt?
//+ parameters:
//+   challenge: {type: concept, labels: [Challenge], help: "one challenge beside each of the others; without it, all pairs", example: "QUASER:LEAD"}
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   without_premise: {type: premises, help: "treat each cell whose premises name it as undetermined", example: counts}
//+   status: {type: status, help: "count only cells known at least so well; the others are counted as left out", example: stated}
//+ columns:
//+   challenge: {type: id, meaning: "one challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   other: {type: id, meaning: "the other challenge"}
//+   other_label: {type: text, meaning: "its name"}
//+   together: {type: integer, meaning: "cases in which both are present"}
//+   which_together: {type: ids, meaning: "those cases"}
//+   not_together: {type: integer, meaning: "cases in which one of the two at least is absent"}
//+   undetermined: {type: integer, meaning: "cases in which nothing decides it"}
//+   left_out: {type: integer, meaning: "cases left out by --status; they are neither together nor not together here"}
//+   present: {type: integer, meaning: "cases in which the first is present, whatever the other is"}
//+   other_present: {type: integer, meaning: "cases in which the other is present, whatever the first is"}
//+   cases_with_items: {type: integer, meaning: "cases with a coded item under each of the two"}
//+   which_with_items: {type: ids, meaning: "those cases"}
//+   cases_with_excerpts: {type: integer, meaning: "cases with an excerpt under each of the two"}
//+   excerpts: {type: integer, meaning: "excerpts coded to both"}
//+   mentions: {type: integer, meaning: "mentions by the authors coded to both"}
//+   status: {type: status, meaning: "the weakest status of a case counted as together or not together"}
//+   weakest_step: {type: text, meaning: "the first cell with that status"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {Assertion: qikg build}
//+ show: [challenge_label, other_label, together, not_together, undetermined, left_out, present, other_present, cases_with_items, excerpts, status]
//+ cannot_tell: >-
//+   Whether two challenges have to do with each other: where most cells are present, nearly any two stand together in most
//+   cases, so look at present and other present first, and a handful of cases cannot show more than chance would. Where
//+   a study gives each excerpt one challenge, no excerpt is coded to both: nought is then its way of coding, and no
//+   finding. The statuses are those of the cells; that each coded item stands under its challenge is printed.
//+   A case in which one is absent is not together, also where the other is undetermined; a case without a finding on
//+   each of the two counts for neither.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)
WHERE $study IS NULL OR study.id = $study
MATCH (concept:Challenge)-[:IN_FRAMEWORK]->(:Framework {id: 'QUASER'})
OPTIONAL MATCH (the_case)<-[:ABOUT_CASE]-(a:Assertion)-[:ABOUT_CONCEPT]->(concept)
OPTIONAL MATCH (the_case)<-[:FROM_CASE]-(passage:CodedItem)-[:CODED_AS]->(concept)
WITH study, the_case, concept, a,
     CASE WHEN any(p IN coalesce(a.premises, []) WHERE p IN $without_premise) THEN 'undetermined' ELSE a.value END AS value,
     CASE WHEN any(p IN coalesce(a.premises, []) WHERE p IN $without_premise) THEN 'undetermined' ELSE a.status END AS status,
     collect(DISTINCT passage.id) AS items,
     collect(DISTINCT CASE WHEN passage:Excerpt THEN passage.id END) AS excerpts, collect(DISTINCT passage.sources) AS files
WITH study, the_case, concept, a, items, excerpts, status, coalesce(a.sources, []) + reduce(all = [], f IN files | all + f) AS files,
     CASE WHEN status IN $statuses THEN value WHEN value IS NOT NULL THEN 'left out' END AS value
ORDER BY study.id, the_case.order, the_case.id, concept.order, concept.id
WITH study, the_case, collect({concept: concept, cell: a.id, value: value, status: status, items: items, excerpts: excerpts,
                               files: files}) AS cells
UNWIND cells AS x
UNWIND cells AS y
WITH study, the_case, x, y, x.concept AS one, y.concept AS two
WHERE (one.id = $challenge AND two.id <> one.id) OR ($challenge IS NULL AND one.order < two.order)
WITH study, the_case, x, y, one, two, [i IN x.items WHERE i IN y.items] AS both, [e IN x.excerpts WHERE e IN y.excerpts] AS both_excerpts,
     CASE WHEN x.value IS NULL OR y.value IS NULL THEN null
          WHEN x.value = 'present' AND y.value = 'present' THEN 'together'
          WHEN x.value = 'absent' OR y.value = 'absent' THEN 'not together'
          WHEN x.value = 'left out' OR y.value = 'left out' THEN 'left out' ELSE 'undetermined' END AS pair
WITH study, the_case, x, y, one, two, both, both_excerpts, pair,
     CASE pair WHEN 'together' THEN CASE WHEN x.status = 'stated' THEN y ELSE x END
               WHEN 'not together' THEN CASE WHEN x.value = 'absent' AND (y.value <> 'absent' OR x.status = 'stated') THEN x ELSE y END END AS deciding
ORDER BY study.id, the_case.order, the_case.id
WITH one, two,
     sum(CASE WHEN pair = 'together' THEN 1 ELSE 0 END) AS together,
     collect(CASE WHEN pair = 'together' THEN the_case.id END) AS which_together,
     sum(CASE WHEN pair = 'not together' THEN 1 ELSE 0 END) AS not_together,
     sum(CASE WHEN pair = 'undetermined' THEN 1 ELSE 0 END) AS undetermined,
     sum(CASE WHEN pair = 'left out' THEN 1 ELSE 0 END) AS left_out,
     sum(CASE WHEN x.value = 'present' THEN 1 ELSE 0 END) AS present,
     sum(CASE WHEN y.value = 'present' THEN 1 ELSE 0 END) AS other_present,
     collect(CASE WHEN size(x.items) > 0 AND size(y.items) > 0 THEN the_case.id END) AS which_with_items,
     sum(CASE WHEN size(x.excerpts) > 0 AND size(y.excerpts) > 0 THEN 1 ELSE 0 END) AS cases_with_excerpts,
     sum(size(both_excerpts)) AS excerpts, sum(size(both) - size(both_excerpts)) AS mentions,
     collect(deciding.cell) AS counted, collect(CASE WHEN deciding.status = 'inferred' THEN deciding.cell END) AS inferred,
     collect(x.files + y.files) AS file_lists
WITH *, reduce(all = [], files IN file_lists | all + files) AS files
RETURN one.id AS challenge, one.label AS challenge_label, two.id AS other, two.label AS other_label,
       together, which_together, not_together, undetermined, left_out, present, other_present,
       size(which_with_items) AS cases_with_items, which_with_items, cases_with_excerpts, excerpts, mentions,
       CASE WHEN size(inferred) > 0 THEN 'inferred' WHEN size(counted) > 0 THEN 'stated' ELSE 'undetermined' END AS status,
       CASE WHEN size(inferred) > 0 THEN inferred[0] WHEN size(counted) > 0 THEN counted[0] END AS weakest_step,
       reduce(all = [], f IN files | CASE WHEN f IN all THEN all ELSE all + f END) AS sources
ORDER BY together DESC, cases_with_items DESC, one.order, one.id, two.order, two.id
