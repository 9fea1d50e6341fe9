"""Trusts, places, inspections, ratings and what regulators did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeAlias

from qikg.ontology.dates import PartialDate
from qikg.ontology.model import STATUSES, ActivitySources, HowKnown, Node, Prop, Relationship, Status

PLACE = ("Organisation", "Location")
"""What is inspected, rated, named and succeeded."""

StatusIfAny: TypeAlias = Annotated[Status | None, Prop("How it is known.", vocabulary=STATUSES)]
OdsName: TypeAlias = Annotated[str | None, Prop("Name in the newest edition of ODS.", publisher="ods")]
CqcName: TypeAlias = Annotated[str | None, Prop("Name in the newest edition of CQC's registers.", publisher="cqc")]
OdsCode: TypeAlias = Annotated[str | None, Prop("ODS code that CQC's register has for it.", publisher="cqc")]
Directorate: TypeAlias = Annotated[
    str | None, Prop("Inspection directorate of CQC that looks after it.", publisher="cqc")
]
RegistrationStatus: TypeAlias = Annotated[
    str | None, Prop("Status of its registration with CQC, as printed.", publisher="cqc")
]
RegistrationStart: TypeAlias = Annotated[
    PartialDate | None, Prop("First day of its registration with CQC.", publisher="cqc")
]
RegistrationEnd: TypeAlias = Annotated[
    PartialDate | None, Prop("Last day of its registration with CQC.", publisher="cqc")
]


class Organisation(Node):
    """A trust, a provider or another body."""

    kind: ClassVar[str] = "organisation"
    id_rule: ClassVar[str] = "Its ODS code, or its CQC provider code where it has none: `RXR`, `1-101604764`."
    term: ClassVar[str] = "org:FormalOrganization"
    also: ClassVar[Mapping[str, str]] = {
        "Trust": "An NHS trust, foundation trust or care trust.",
        "Provider": "Registered with the Care Quality Commission.",
        "Body": "Not a trust; a regulator, for example.",
    }

    label: Annotated[str | None, Prop("Name that answers show.", term="skos:prefLabel")] = None
    organisation_type: Annotated[str | None, Prop("What kind of body it is, such as NHS foundation trust.")] = None
    valid_from: Annotated[PartialDate | None, Prop("First day of its legal life, as a study has it.")] = None
    valid_to: Annotated[PartialDate | None, Prop("Last day of its legal life, as a study has it.")] = None
    ods_name: OdsName = None
    postcode_area: Annotated[str | None, Prop("First part of its postcode in ODS.", publisher="ods")] = None
    ods_active: Annotated[
        bool | None, Prop("Whether it is active in ODS; this follows the operational dates.", publisher="ods")
    ] = None
    ods_roles: Annotated[tuple[str, ...], Prop("Roles in ODS, the primary one included.", publisher="ods")] = ()
    ods_record_class: Annotated[
        str | None, Prop("RC1 for an organisation, RC2 for a site.", publisher="ods")
    ] = None
    ods_ref_only: Annotated[
        bool | None, Prop("Whether ODS keeps it only to be referred to.", publisher="ods")
    ] = None
    town: Annotated[str | None, Prop("Town of its address in ODS.", publisher="ods")] = None
    legal_start: Annotated[PartialDate | None, Prop("First day of its legal life.", publisher="ods")] = None
    legal_end: Annotated[PartialDate | None, Prop("Last day of its legal life.", publisher="ods")] = None
    operational_start: Annotated[
        PartialDate | None, Prop("First day by the operational dates of ODS.", publisher="ods")
    ] = None
    operational_end: Annotated[
        PartialDate | None, Prop("Last day by the operational dates of ODS.", publisher="ods")
    ] = None
    etr_open: Annotated[
        PartialDate | None,
        Prop("Open date in the list of trusts; it does not say of which kind.", publisher="ods"),
    ] = None
    etr_close: Annotated[
        PartialDate | None,
        Prop("Close date in the list of trusts; it does not say of which kind.", publisher="ods"),
    ] = None
    cqc_name: CqcName = None
    provider_type: Annotated[str | None, Prop("Type and sector, as registered with CQC.", publisher="cqc")] = None
    directorate: Directorate = None
    companies_house_number: Annotated[
        str | None, Prop("Its number at Companies House, as registered with CQC.", publisher="cqc")
    ] = None
    charity_number: Annotated[
        str | None, Prop("Its number as a charity, as registered with CQC.", publisher="cqc")
    ] = None
    category: Annotated[
        str | None, Prop("Primary inspection category, as registered with CQC.", publisher="cqc")
    ] = None
    ownership: Annotated[str | None, Prop("Type of ownership, as registered with CQC.", publisher="cqc")] = None
    registration: RegistrationStatus = None
    registration_start: RegistrationStart = None
    registration_end: RegistrationEnd = None
    cqc_postcode_area: Annotated[
        str | None, Prop("First part of its postcode in CQC's register.", publisher="cqc")
    ] = None
    local_authority: Annotated[
        str | None, Prop("Local authority of its address in CQC's register.", publisher="cqc")
    ] = None
    region: Annotated[str | None, Prop("Region of its address in CQC's register.", publisher="cqc")] = None
    nhs_region: Annotated[
        str | None, Prop("Region of NHS England of its address in CQC's register.", publisher="cqc")
    ] = None
    icb: Annotated[
        str | None, Prop("Integrated care board of its address in CQC's register.", publisher="cqc")
    ] = None
    brand: Annotated[str | None, Prop("Brand that it belongs to, as registered.", publisher="cqc")] = None
    ods_code: OdsCode = None
    note: Annotated[str | None, Prop("What else is to be known.")] = None
    status: StatusIfAny = None


class Location(Node):
    """A place where care is given, as registered."""

    kind: ClassVar[str] = "location"
    id_rule: ClassVar[str] = "Its CQC location code: `RDU50`."
    term: ClassVar[str] = "org:Site"

    label: Annotated[str | None, Prop("Name that answers show.", term="skos:prefLabel")] = None
    location_type: Annotated[str | None, Prop("What kind of place it is, such as hospital.")] = None
    ods_name: OdsName = None
    category: Annotated[str | None, Prop("Primary inspection category, as registered.", publisher="cqc")] = None
    sector: Annotated[str | None, Prop("Type and sector, as registered.", publisher="cqc")] = None
    cqc_name: CqcName = None
    directorate: Directorate = None
    regulated_activities: Annotated[
        tuple[str, ...], Prop("Regulated activities that it is registered for.", publisher="cqc")
    ] = ()
    service_types: Annotated[tuple[str, ...], Prop("Service types, as registered.", publisher="cqc")] = ()
    service_names: Annotated[
        tuple[str, ...], Prop("Service types in the plainer words of the care directory.", publisher="cqc")
    ] = ()
    specialisms: Annotated[
        tuple[str, ...], Prop("Specialisms, or bands of people who use its services.", publisher="cqc")
    ] = ()
    latest_check: Annotated[
        PartialDate | None, Prop("Day of its latest check, as the care directory has it.", publisher="cqc")
    ] = None
    dual_registered: Annotated[
        bool | None, Prop("Whether another registration is of the same place.", publisher="cqc")
    ] = None
    primary_registration: Annotated[
        str | None, Prop("Code of the one that counts, of two registrations of a place.", publisher="cqc")
    ] = None
    care_home: Annotated[bool | None, Prop("Whether it is a care home.", publisher="cqc")] = None
    postcode_area: Annotated[str | None, Prop("First part of its postcode.", publisher="cqc")] = None
    local_authority: Annotated[str | None, Prop("Local authority that it stands in.", publisher="cqc")] = None
    region: Annotated[str | None, Prop("Region that it stands in.", publisher="cqc")] = None
    nhs_region: Annotated[str | None, Prop("Region of NHS England that it stands in.", publisher="cqc")] = None
    brand: Annotated[str | None, Prop("Brand that it belongs to, as registered.", publisher="cqc")] = None
    icb: Annotated[str | None, Prop("Integrated care board that it stands in.", publisher="cqc")] = None
    beds: Annotated[int | None, Prop("Number of beds, as registered.", unit="beds", publisher="cqc")] = None
    dormant: Annotated[
        bool | None, Prop("Whether it is registered and gives no care for the time being.", publisher="cqc")
    ] = None
    ods_code: OdsCode = None
    registration: RegistrationStatus = None
    registration_start: RegistrationStart = None
    registration_end: RegistrationEnd = None
    registered_from: Annotated[PartialDate | None, Prop("First day of this registration.")] = None
    registered_to: Annotated[PartialDate | None, Prop("Last day of this registration.")] = None
    note: Annotated[str | None, Prop("What else is to be known.")] = None
    status: StatusIfAny = None


class Name(Node):
    """A name of an organisation or location, as seen in an edition."""

    kind: ClassVar[str] = "name"
    id_rule: ClassVar[str] = "`<place>/<name>/<edition>`: `RQ8L0/Broomfield Hospital/williams-best-2022`."

    name: Annotated[str, Prop("The name, as seen.", term="rdfs:label", merge="same")]
    edition: Annotated[str, Prop("Edition of a register, or study, where it was seen.", merge="same")]
    name_from: Annotated[PartialDate | None, Prop("First day of the name, where a source states it.")] = None
    name_to: Annotated[PartialDate | None, Prop("Last day of the name, where a source states it.")] = None


class Inspection(Node):
    """An inspection of an organisation or location."""

    kind: ClassVar[str] = "inspection"
    id_rule: ClassVar[str] = "`<place>/<publication date>`: `RTX/2014-06-26`."
    term: ClassVar[str] = "prov:Activity"

    sources: ActivitySources = ()
    visit_periods: Annotated[
        tuple[str, ...], Prop("Days, months or `from/to` intervals of the visits, ISO 8601.", ordered=True)
    ] = ()
    publication_date: Annotated[
        PartialDate | None, Prop("Day the report was published.", term="dcterms:issued", merge="same")
    ] = None
    regime: Annotated[str | None, Prop("Method of inspection in force.")] = None
    report_ids: Annotated[tuple[str, ...], Prop("Ids of its reports.", publisher="cqc")] = ()
    first_visit: Annotated[
        PartialDate | None, Prop("Day of the first visit, as the register has it.", publisher="cqc")
    ] = None
    url: Annotated[str | None, Prop("Address of its report or release.", term="foaf:page", resource="address")] = None
    status: StatusIfAny = None


class Rating(Node):
    """A rating, as seen. An observation: never overwritten; what conflicts stands side by side."""

    kind: ClassVar[str] = "rating"
    id_rule: ClassVar[str] = (
        "`<place>/<date, or undated>/<service>/<question>/<value>`: `RTX/2014-06-26/OVERALL/OVERALL/INADEQUATE`. "
        "A quality statement stands in the place of the question: `1-5312102242/2024-08-08/CARE_HOMES/QS3/SCORE_3`."
    )

    date: Annotated[PartialDate | None, Prop("Day of its report or release.", term="dcterms:date", merge="same")] = None
    question: Annotated[str, Prop("Key question, or Overall.", concepts="CQC", merge="same")]
    service: Annotated[str, Prop("Service or population group.", concepts="CQCSERVICE", merge="same")]
    value: Annotated[str, Prop("The rating.", term="qikg:ratingValue", concepts="CQCRATING", merge="same")]
    value_printed: Annotated[str | None, Prop("The word that its source prints for the value.", merge="least")] = None
    score: Annotated[
        int | None, Prop("Rank of the value; 4 is the best; some values have none.", unit="1 to 4", merge="same")
    ] = None
    percentage: Annotated[
        float | None, Prop("Score of the single assessment framework.", unit="per cent", merge="greatest")
    ] = None
    quality_statement: Annotated[
        str | None, Prop("Quality statement, where one is rated.", concepts="CQCQS", merge="same")
    ] = None
    assessed: Annotated[
        bool | None,
        Prop("Whether it was assessed that time; if not, it was carried over from before.", merge="greatest"),
    ] = None
    in_register: Annotated[
        bool | None, Prop("Whether a register of the regulator has it; then it is stated.", merge="greatest")
    ] = None
    inherited: Annotated[
        bool | None, Prop("Whether the register marks it as inherited from another's report.", merge="greatest")
    ] = None
    inherited_from: Annotated[str | None, Prop("Code of the place whose report it comes from.", merge="least")] = None
    edition_first: Annotated[str | None, Prop("First edition in which it was seen.", merge="least")] = None
    edition_last: Annotated[str | None, Prop("Last edition in which it was seen.", merge="greatest")] = None
    event_id: Annotated[tuple[str, ...], Prop("Ids of the event in the study's files.")] = ()
    body: Annotated[str | None, Prop("Who gave it.")] = None
    status: StatusIfAny = None
    basis: Annotated[str | None, Prop("What it rests on, where inferred; else a note.")] = None


class RegulatoryAction(Node):
    """What a regulator recommended or decided about a place."""

    kind: ClassVar[str] = "regulatory-action"
    id_rule: ClassVar[str] = "Id of the event in its file: `EV-RTX-201406-special_measures_placed`."
    term: ClassVar[str] = "prov:Activity"

    sources: ActivitySources = ()
    action: Annotated[
        str,
        Prop(
            "What was done.",
            vocabulary=(
                "special_measures_recommended",
                "special_measures_placed",
                "special_measures_retained",
                "special_measures_exit_recommended",
                "special_measures_lifted",
                "financial_special_measures_placed",
                "recovery_support",
                "warning_notice",
                "registration_archived",
            ),
        ),
    ]
    date: Annotated[PartialDate | None, Prop("Day, month or year when it was done.", term="dcterms:date")] = None
    body: Annotated[str | None, Prop("Who recommended or decided it.")] = None
    status: HowKnown
    note: Annotated[str | None, Prop("What else is to be known; the basis where inferred.")] = None


class Operates(Relationship):
    """An organisation operates a location."""

    type: ClassVar[str] = "OPERATES"
    term: ClassVar[str] = "org:hasSite"
    starts: ClassVar[tuple[str, ...]] = ("Organisation",)
    ends: ClassVar[tuple[str, ...]] = ("Location",)
    identity: ClassVar[tuple[str, ...]] = ("since",)

    since: Annotated[PartialDate | None, Prop("First day that it operates it, where a source states it.")] = None
    until: Annotated[PartialDate | None, Prop("Last day that it operates it, where a source states it.")] = None
    basis: Annotated[str | None, Prop("What it rests on.")] = None
    status: StatusIfAny = None


class DualRegisteredWith(Relationship):
    """Two registrations are of one place: the regulator counts one of them."""

    type: ClassVar[str] = "DUAL_REGISTERED_WITH"
    starts: ClassVar[tuple[str, ...]] = ("Location",)
    ends: ClassVar[tuple[str, ...]] = ("Location",)
    both_ways: ClassVar[bool] = True

    relation: Annotated[str | None, Prop("What joins them, as printed.", publisher="cqc")] = None
    since: Annotated[PartialDate | None, Prop("First day of it.", publisher="cqc")] = None
    primary: Annotated[str | None, Prop("Code of the one that counts.", publisher="cqc")] = None


class Named(Relationship):
    """A place bore a name."""

    type: ClassVar[str] = "NAMED"
    starts: ClassVar[tuple[str, ...]] = PLACE
    ends: ClassVar[tuple[str, ...]] = ("Name",)


class SucceededBy(Relationship):
    """A place was taken over by, or went on as, another. One edge a pair."""

    type: ClassVar[str] = "SUCCEEDED_BY"
    term: ClassVar[str] = "dcterms:isReplacedBy"
    starts: ClassVar[tuple[str, ...]] = PLACE
    ends: ClassVar[tuple[str, ...]] = PLACE

    date: Annotated[PartialDate | None, Prop("First day of the successor's hold.", term="dcterms:date")] = None
    end_of_predecessor: Annotated[PartialDate | None, Prop("Last day of the predecessor.")] = None
    legal_date: Annotated[
        PartialDate | None,
        Prop("Day of it in ODS; of several the latest.", publisher="ods", merge="greatest"),
    ] = None
    legal_date_predecessor: Annotated[
        PartialDate | None,
        Prop("That day as the predecessor's record has it.", publisher="ods", merge="greatest"),
    ] = None
    legal_date_successor: Annotated[
        PartialDate | None,
        Prop("That day as the successor's record has it.", publisher="ods", merge="greatest"),
    ] = None
    reason: Annotated[str | None, Prop("Why: a merger, an acquisition, a new registration.")] = None
    cqc_reason: Annotated[str | None, Prop("Why, as CQC's register has it.", publisher="cqc", merge="least")] = None
    body: Annotated[str | None, Prop("Who decided it.")] = None
    event_id: Annotated[tuple[str, ...], Prop("Ids of the event in the study's files.")] = ()
    basis: Annotated[str | None, Prop("What it rests on.")] = None
    status: StatusIfAny = None


class Inspected(Relationship):
    """An inspection was of a place."""

    type: ClassVar[str] = "INSPECTED"
    starts: ClassVar[tuple[str, ...]] = ("Inspection",)
    ends: ClassVar[tuple[str, ...]] = PLACE


class Awarded(Relationship):
    """An inspection gave a rating."""

    type: ClassVar[str] = "AWARDED"
    term: ClassVar[str] = "prov:generated"
    starts: ClassVar[tuple[str, ...]] = ("Inspection",)
    ends: ClassVar[tuple[str, ...]] = ("Rating",)


class Rates(Relationship):
    """A rating is of a place."""

    type: ClassVar[str] = "RATES"
    starts: ClassVar[tuple[str, ...]] = ("Rating",)
    ends: ClassVar[tuple[str, ...]] = PLACE


class SameRatingAs(Relationship):
    """Two dated observations are one rating, by this project's curated list."""

    type: ClassVar[str] = "SAME_RATING_AS"
    starts: ClassVar[tuple[str, ...]] = ("Rating",)
    ends: ClassVar[tuple[str, ...]] = ("Rating",)
    both_ways: ClassVar[bool] = True

    basis: Annotated[str | None, Prop("What it rests on.")] = None


class CurrentRating(Relationship):
    """The newest rating of a whole place for a question (derived from ratings); two where those of one day conflict."""

    type: ClassVar[str] = "CURRENT_RATING"
    starts: ClassVar[tuple[str, ...]] = PLACE
    ends: ClassVar[tuple[str, ...]] = ("Rating",)
    identity: ClassVar[tuple[str, ...]] = ("question",)
    derived: ClassVar[str] = "Rating"

    question: Annotated[str, Prop("Key question, or Overall.", concepts="CQC")]


class ConflictsWith(Relationship):
    """Two ratings of a place, service, question and date differ (derived from ratings)."""

    type: ClassVar[str] = "CONFLICTS_WITH"
    starts: ClassVar[tuple[str, ...]] = ("Rating",)
    ends: ClassVar[tuple[str, ...]] = ("Rating",)
    both_ways: ClassVar[bool] = True
    derived: ClassVar[str] = "Rating"


class ActedOn(Relationship):
    """A regulatory action was about a place."""

    type: ClassVar[str] = "ACTED_ON"
    starts: ClassVar[tuple[str, ...]] = ("RegulatoryAction",)
    ends: ClassVar[tuple[str, ...]] = PLACE


class Followed(Relationship):
    """A regulatory action followed an inspection."""

    type: ClassVar[str] = "FOLLOWED"
    starts: ClassVar[tuple[str, ...]] = ("RegulatoryAction",)
    ends: ClassVar[tuple[str, ...]] = ("Inspection",)


NODES: tuple[type[Node], ...] = (Organisation, Location, Name, Inspection, Rating, RegulatoryAction)
RELATIONSHIPS: tuple[type[Relationship], ...] = (
    Operates,
    DualRegisteredWith,
    Named,
    SucceededBy,
    Inspected,
    Awarded,
    Rates,
    SameRatingAs,
    CurrentRating,
    ConflictsWith,
    ActedOn,
    Followed,
)
