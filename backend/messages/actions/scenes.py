"""Certified scenes: what anyone may see, and what operators change."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.messages.actions.certifications import CertificationView
from backend.messages.imports import FileRead
from backend.messages.organisations.organisations import OrganisationBrief, OrganisationCode
from backend.messages.shape import VISIBLE, Answer, Bilingual, Request

Kind = Literal["restaurant", "hotel", "scenic_area", "shop"]
Grade = Literal["A", "B", "C"]
Stars = Annotated[int, Meta(ge=1, le=5)]
District = Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
Address = Annotated[str, VISIBLE, Meta(min_length=1, max_length=200)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class SceneFields(Request):
    kind: Kind
    name: Bilingual
    district: District
    address: Address | None = None
    stars: Stars | None = None
    grade: Grade | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class SceneRequest(SceneFields, kw_only=True):
    reason: Reason
    organisation: Annotated[
        OrganisationCode | None, Meta(description="who answers for it, and may file its year")
    ] = None


class SceneChangeRequest(Request):
    """Changes to a scene; null empties a field that may be empty."""

    reason: Reason
    name: Bilingual | UnsetType = UNSET
    district: District | UnsetType = UNSET
    address: Address | UnsetType | None = UNSET
    stars: Stars | UnsetType | None = UNSET
    grade: Grade | UnsetType | None = UNSET
    lat: Latitude | UnsetType | None = UNSET
    lon: Longitude | UnsetType | None = UNSET
    is_open: bool | UnsetType = UNSET
    organisation: Annotated[
        OrganisationCode | UnsetType | None, Meta(description="who answers for it, and may file its year")
    ] = UNSET
    new_sign: Annotated[
        bool, Meta(description="the sign was lost or copied: the old one is good no longer")
    ] = False


class SceneView(Answer, kw_only=True):
    code: Annotated[str, Meta(description="five characters")]
    kind: Kind
    kind_name: Bilingual
    name: Bilingual
    district: str
    address: str | None
    stars: int | None
    grade: Grade | None
    lat: float | None
    lon: float | None
    is_open: bool
    methods: Annotated[list[str], Meta(description="what may be logged here with the sign's code")]
    organisation: Annotated[OrganisationBrief | None, Meta(description="who answers for it")] = None
    certification: Annotated[
        CertificationView | None, Meta(description="in force today; it lapses by itself")
    ] = None


class SignView(Answer, kw_only=True):
    """The code on a scene's sign, for operators alone: it proves presence."""

    revision: Annotated[int, Meta(description="the number of the sign; earlier ones are good no longer")]
    code: str
    url: Annotated[str, Meta(description="what the QR on the sign holds")]


class SignedScene(Answer, kw_only=True):
    scene: SceneView
    sign: SignView


class SceneImport(Answer, kw_only=True):
    """Scenes of one file, in its order."""

    imported: int
    codes: list[str]
    file: Annotated[FileRead, Meta(description="how the file was read")]
