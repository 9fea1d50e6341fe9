"""Makes the locations and providers of the regulator's records: what is registered, under which names, after whom."""

from __future__ import annotations

from typing import NamedTuple

from qikg.loaders.cqc.fields import Fields
from qikg.loaders.cqc.pieces import Piece
from qikg.loaders.cqc.postcodes import postcode_area
from qikg.loaders.cqc.registered import dated
from qikg.loaders.cqc.words import region
from qikg.loaders.editions import named
from qikg.ontology.model import Ref
from qikg.ontology.registers import Location, Operates, Organisation, SucceededBy


class Kind(NamedTuple):
    """One of the two kinds of record, with the keys that tell it."""

    label: str
    id: str
    listed_name: str
    related_id: str
    related_name: str

    def ref(self, identifier: str) -> Ref:
        """Point at a place of this kind."""
        return Ref(self.label, identifier)


LOCATION = Kind("Location", "locationId", "locationName", "relatedLocationId", "relatedLocationName")
PROVIDER = Kind("Organisation", "providerId", "providerName", "relatedProviderId", "relatedProviderName")


def add_location(record: Fields, identifier: str, piece: Piece) -> None:
    """Add a location, the provider that operates it, its names and whom it followed."""
    sources, place = piece.sources, Location.ref(identifier)
    piece.add(
        Location(
            id=identifier, cqc_name=record.text("name"), sector=record.text("type"), category=_category(record),
            care_home=record.flag("careHome"), postcode_area=_postcode_area(record),
            local_authority=record.text("localAuthority"), region=_region(record), brand=_brand(record),
            directorate=record.text("inspectionDirectorate"),
            regulated_activities=_texts(record, "regulatedActivities", "name"),
            service_types=_texts(record, "gacServiceTypes", "description"),
            service_names=_texts(record, "gacServiceTypes", "name"), specialisms=_texts(record, "specialisms", "name"),
            icb=record.text("onspdIcbName"), beds=record.whole("numberOfBeds"),
            dormant=record.flag("dormancy"), ods_code=record.text("odsCode"),
            registration=record.text("registrationStatus"),
            registration_start=dated(record.day("registrationDate")),
            registration_end=dated(record.day("deregistrationDate")), sources=sources,
        )
    )  # fmt: skip
    provider = record.id("providerId")
    if provider is not None:
        piece.add(Operates(start=piece.end(Organisation.ref(provider)), end=place, sources=sources))
    _add_names(record, place, piece)
    _add_successions(record, LOCATION, identifier, piece)


def add_provider(record: Fields, identifier: str, piece: Piece) -> None:
    """Add a provider, the locations that it operates, its names and whom it followed.

    Whether it is a trust is for the NHS register to say: no code tells.
    """
    sources, place = piece.sources, Organisation.ref(identifier)
    piece.add(
        Organisation(
            id=identifier, labels=("Provider",), cqc_name=record.text("name"), provider_type=record.text("type"),
            directorate=record.text("inspectionDirectorate"),
            companies_house_number=record.text("companiesHouseNumber"), charity_number=record.text("charityNumber"),
            category=_category(record), ownership=record.text("ownershipType"),
            registration=record.text("registrationStatus"),
            registration_start=dated(record.day("registrationDate")),
            registration_end=dated(record.day("deregistrationDate")), cqc_postcode_area=_postcode_area(record),
            local_authority=record.text("localAuthority"), region=_region(record), icb=record.text("onspdIcbName"),
            brand=_brand(record), ods_code=record.text("odsCode"), sources=sources,
        )
    )  # fmt: skip
    for location in record.ids("locationIds"):
        piece.add(Operates(start=place, end=piece.end(Location.ref(location)), sources=sources))
    _add_names(record, place, piece)
    _add_successions(record, PROVIDER, identifier, piece)


def add_listed(entry: Fields, kind: Kind, identifier: str, piece: Piece) -> None:
    """Add a place of which a list page gives the name alone."""
    _add_name(entry.text(kind.listed_name), piece.end(kind.ref(identifier)), piece)


def _add_names(record: Fields, place: Ref, piece: Piece) -> None:
    for name in dict.fromkeys((record.text("name"), record.text("alsoKnownAs"))):
        _add_name(name, place, piece)


def _add_name(name: str | None, place: Ref, piece: Piece) -> None:
    if name is not None:
        piece.add(*named(place, name, piece.edition, piece.sources))


def _add_successions(record: Fields, kind: Kind, identifier: str, piece: Piece) -> None:
    """Add who came before and after. Both ends say so, if both have a record; it is one edge all the same."""
    for relationship in record.each("relationships"):
        related, word = relationship.id(kind.related_id), relationship.text("type")
        if related is None:
            continue
        if related == identifier:
            relationship.note(kind.related_id, "it is related to itself")
            continue
        ends = {"hsca predecessor": (related, identifier), "hsca successor": (identifier, related)}
        pair = ends.get((word or "").casefold())
        if pair is None:
            hint = "Known: HSCA Predecessor, HSCA Successor."
            relationship.note("type", "a relationship of a type that is not known; left out", word, hint)
            continue
        start, end = (piece.end(kind.ref(one)) for one in pair)
        piece.add(SucceededBy(start=start, end=end, cqc_reason=relationship.text("reason"), sources=piece.sources))
        _add_name(relationship.text(kind.related_name), kind.ref(related), piece)


def _texts(record: Fields, key: str, of_each: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.text(of_each) for one in record.each(key))))


def _category(record: Fields) -> str | None:
    """Give the primary inspection category; it is marked by the text "true", the others are not marked at all."""
    primary = [one.text("name") for one in record.each("inspectionCategories") if one.flag("primary")]
    return next((name for name in primary if name is not None), None)


def _postcode_area(record: Fields) -> str | None:
    text = record.text("postalCode")
    if text is None:
        return None
    found = postcode_area(text)
    if found is None:
        record.note("postalCode", "not a postcode")  # not quoted: a sole trader may live there
    return found


def _region(record: Fields) -> str | None:
    word = record.text("region")
    return None if word is None else region(word, record, "region")


def _brand(record: Fields) -> str | None:
    brand = record.text("brandName")
    return None if brand == "-" else brand
