"""The public register of credit products and batches."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from backend.catalogue import Catalogue
from backend.domain.credits.products import GRAMS_PER_TONNE, CreditProduct, CreditRules, Requirement
from backend.errors.credits import ProductNotFound
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.credits import (
    BatchConfirmation,
    CreditBatchView,
    ProductView,
    ReferencePriceView,
    RegistryView,
    StockView,
)
from backend.messages.shape import Page, Statement, view_of
from backend.models import CreditBatch, Project
from backend.services.catalogue.views import source_view
from backend.services.identity.staff_accounts import usernames
from backend.services.listing import matching
from backend.storage.database import Database
from backend.storage.statements import read

EMPTY_STOCK = StockView(
    batches=0,
    grams=0,
    formerly_poor_area_pct=None,
    vintage_from=None,
    vintage_to=None,
    price_per_t_min=None,
    price_per_t_max=None,
    price_as_of=None,
)


def missing_of(batch: CreditBatch, rules: CreditRules) -> list[Requirement]:
    """The details that a batch's product requires and that are still empty."""
    columns = {"registry_serials": "serial_space", "project": "project_id", "proof": "proof_sha256"}
    product = rules.products[batch.product]
    return [name for name in product.requires if getattr(batch, columns.get(name, name)) is None]


async def list_batches(
    rules: CreditRules,
    limit: int,
    cursor: UUID | None,
    *,
    product: str | None = None,
    status: str | None = None,
    origin_tag: str | None = None,
    is_published: bool = False,
    is_staff: bool = False,
    typed: str | None = None,
) -> Page[CreditBatchView]:
    """Credit batches, newest first, filtered; for staff with who told and confirmed them."""
    query = CreditBatch.all() if cursor is None else CreditBatch.filter(id__lt=cursor)
    wanted = {"product": product, "status": status, "origin_tag": origin_tag}
    query = query.filter(**{name: value for name, value in wanted.items() if value is not None})
    query = matching(
        query, typed, "project_name", "retirement_ref", "registration_no", "registry_serial_from"
    )
    if is_published:
        query = query.filter(published_at__isnull=False)
    rows = await query.order_by("-id").limit(limit + 1)
    projects = await _projects_of(rows)
    told = await confirmations_of(rows) if is_staff else {}
    return Page.of(
        rows,
        limit,
        lambda batch: batch_view(batch, rules, projects.get(batch.project_id), told.get(batch.id)),
    )


async def view_for_staff(batch: CreditBatch, rules: CreditRules) -> CreditBatchView:
    """A batch as a member of staff sees it."""
    project = None if batch.project_id is None else await Project.get(id=batch.project_id)
    return batch_view(batch, rules, project, (await confirmations_of([batch]))[batch.id])


async def confirmations_of(batches: Sequence[CreditBatch]) -> dict[UUID, BatchConfirmation]:
    """Who told and who confirmed each batch, by its id."""
    told = (who for batch in batches for who in (*batch.told_by, batch.confirmed_by, batch.proposed_by))
    names = await usernames(who for who in told if who is not None)
    return {
        batch.id: BatchConfirmation(
            told_by=[names[who] for who in batch.told_by],
            confirmed_by=_name_of(batch.confirmed_by, names),
            proposed_by=_name_of(batch.proposed_by, names),
            proposed=None
            if batch.proposed_details is None
            else {name: str(value) for name, value in batch.proposed_details.items()},
        )
        for batch in batches
    }


def _name_of(who: UUID | None, names: dict[UUID, str]) -> str | None:
    return None if who is None else names[who]


async def list_register(
    rules: CreditRules, code: str, limit: int, cursor: UUID | None
) -> Page[CreditBatchView]:
    """Published batches of a product, newest first. Raises ProductNotFound."""
    if code not in rules.products:
        raise ProductNotFound
    return await list_batches(rules, limit, cursor, product=code, is_published=True)


async def _projects_of(batches: Sequence[CreditBatch]) -> dict[UUID | None, Project]:
    wanted = {batch.project_id for batch in batches if batch.project_id is not None}
    return {project.id: project for project in await Project.filter(id__in=wanted)} if wanted else {}


async def list_products(database: Database, catalogue: Catalogue) -> list[ProductView]:
    """Kinds of credits, the preferred one first, with what is in stock of each."""
    stock = {row["product"]: row for row in await read(database, "read_product_stock")}
    views = []
    for product in catalogue.credits.products.values():
        row = stock.get(product.code)
        found = EMPTY_STOCK
        if row is not None:
            share = share_pct(row["tagged_g"], row["grams"])
            found = view_of(
                StockView,
                row,
                formerly_poor_area_pct=share,
                price_per_t_min=row["price_min"],
                price_per_t_max=row["price_max"],
            )
        views.append(_product_view(product, found, catalogue))
    return views


def share_pct(part: int, whole: int) -> Decimal | None:
    """A share in percent with one decimal; None for a share of nothing."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _product_view(product: CreditProduct, stock: StockView, catalogue: Catalogue) -> ProductView:
    registry = catalogue.credits.registries[product.registry]
    price, warning = product.price, product.warning
    return ProductView(
        code=product.code,  # type: ignore[arg-type]
        name=bilingual(product.name),
        preference=product.preference,
        unit=bilingual(product.unit),
        registry=RegistryView(code=registry.code, name=bilingual(registry.name)),
        filed_by=bilingual(product.filed_by),
        persons=Statement(product.persons["zh-CN"], product.persons["en"]),
        warning=None if warning is None else Statement(warning["zh-CN"], warning["en"]),
        requires=list(product.requires),
        price=None
        if price is None
        else view_of(ReferencePriceView, price, source=source_view(catalogue.sources[price.source_id])),
        stock=stock,
        is_in_stock=stock.grams > 0,
        sources=[source_view(catalogue.sources[id_]) for id_ in product.source_ids],
    )


def batch_view(
    batch: CreditBatch,
    rules: CreditRules,
    project: Project | None,
    confirmation: BatchConfirmation | None = None,
) -> CreditBatchView:
    """A batch as the register shows it; staff see who told and confirmed it as well."""
    grams = batch.quantity_t * GRAMS_PER_TONNE if batch.status == "retired" else 0
    return view_of(
        CreditBatchView,
        batch,
        id=str(batch.id),
        grams_assigned=batch.assigned_g,
        grams_left=grams - batch.assigned_g,
        project=None if project is None else project.code,
        proof_sha256=None if batch.proof_sha256 is None else batch.proof_sha256.hex(),
        missing=missing_of(batch, rules),
        confirmation=confirmation,
    )
