"""Features by city and phase: one operator proposes, another confirms; regulators look."""

from __future__ import annotations

from backend.domain.catalogue.refusals import UnknownCity
from backend.errors.operations import FeatureNotFound, OwnSwitch, SwitchDecided, SwitchNotFound, SwitchWaits
from backend.messages.operations.features import FeatureView, SwitchDecisionRequest, SwitchRequest
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, OVERSEERS, Endpoint, in_section
from backend.services.operations import features


async def list_features(call: Call) -> Page[FeatureView]:
    return await features.list_features()


async def propose_switch(call: Call) -> FeatureView:
    components = call.components
    return await features.propose_switch(
        components.database, call.principal, components.catalogue.cities, call.params["code"], call.body
    )


async def decide_switch(call: Call) -> FeatureView:
    components = call.components
    return await components.features.decide(
        call.principal, call.params["id"], call.body, is_demo=components.settings.is_demo
    )


ENDPOINTS = in_section(
    "operations",
    Endpoint(
        "GET /v1/features",
        list_features,
        roles=OVERSEERS,
        summary="What can be switched by city and phase, with the last switches of each",
        answers={200: Page[FeatureView]},
    ),
    Endpoint(
        "POST /v1/features/{code}/switches",
        propose_switch,
        roles=OPERATOR,
        summary="Propose another phase of a feature in a city: off, a pilot with limits, or on",
        body=SwitchRequest,
        answers={200: FeatureView},
        refusals=(FeatureNotFound, SwitchWaits, UnknownCity),
    ),
    Endpoint(
        "POST /v1/feature-switches/{id}/decision",
        decide_switch,
        roles=OPERATOR,
        summary="Confirm what another operator proposed, in every process within two seconds; or withdraw it",
        body=SwitchDecisionRequest,
        answers={200: FeatureView},
        refusals=(SwitchNotFound, SwitchDecided, OwnSwitch),
    ),
)
