"""What a certificate's page, picture and sheet say beside the signed statement.

A part, a contribution and what was given up have names of their own here, as in the document; 碳中和 is no word of a
certificate, not even to say that none is claimed: a picture that is cut and passed on keeps the word, not the "no".
"""

from __future__ import annotations

from datetime import datetime

from backend.domain.certificates.document import Reading, reading_of
from backend.domain.days import SHANGHAI
from backend.domain.mass import kilograms
from backend.messages.events.scans import AllocationView, CertificateRevision, CertificateView
from backend.texts import name_of, say


def either(view: CertificateView, language: str) -> tuple[str, str]:
    """The event's name and the statement.

    Our fonts draw curly quotes as wide as a Chinese character, which tears an English sentence apart.
    """
    if language == "zh-CN":
        return view.event.name.zh, view.statement.zh
    return view.event.name.en, view.statement.en.replace("“", '"').replace("”", '"')


def reading(view: CertificateView) -> Reading:
    """What the grams are called wherever the certificate shows them."""
    return reading_of(view.offset.grams, view.offset.contribution_g)


def heading(view: CertificateView, language: str) -> str:
    return say(language, f"certificate.heading.{reading(view)}")


def share(view: CertificateView, language: str) -> str:
    """Whether the grams are all or a part of the estimate, and no offset, or not all of it one, where that is so."""
    if not view.offset.allocations:
        return say(language, "certificate.share.nothing")
    called = reading(view)
    if called == "contribution":
        return say(language, "certificate.share.contribution")
    return say(language, f"certificate.share.{called}.{view.offset.kind}")


def beside(view: CertificateView, language: str) -> list[tuple[str, str]]:
    """What stands beside the grams, where there is any: the contribution among them, and what was given up."""
    offset = view.offset
    return [
        (say(language, f"certificate.{key}"), say(language, f"certificate.{key}.why", kg=kilograms(grams)))
        for key, grams in (("contribution", offset.contribution_g), ("released", offset.released_g))
        if grams > 0
    ]


def counts_forcing(view: CertificateView) -> bool:
    """Whether a flight among the lines counts what it does to the climate beyond CO2."""
    lines = view.footprint.lines or ()
    return any("rf" in factor_id.split("-") for line in lines for factor_id in line.factor_ids)


def forcing(language: str, *, is_counted: bool) -> str:
    """Whether flights count what they do beyond CO2, and why not."""
    return say(language, "forcing.on" if is_counted else "forcing.off")


def product(part: AllocationView, language: str) -> str:
    return f"{name_of(language, 'product', part.product)} · {part.project}"


def proof_state(view: CertificateView, language: str) -> str:
    if view.log is None:
        return say(language, "certificate.signed")
    signed_at = view.log.head.signed_at[:16].replace("T", " ")
    return say(language, "certificate.logged", position=view.log.position, day=f"{signed_at}Z")


def revision_state(view: CertificateView, revision: CertificateRevision) -> str:
    """`logged`, `waiting`, or `passed`: what changed again before it was sealed never gets an entry of its own."""
    if revision.position is not None:
        return "logged"
    return "waiting" if revision is view.revisions[-1] else "passed"


def revision_row(view: CertificateView, revision: CertificateRevision, language: str) -> tuple[str, str]:
    """Number and time of a revision, and what it stood for."""
    state = say(
        language, f"certificate.revision.{revision_state(view, revision)}", position=revision.position
    )
    which = "first" if revision is view.revisions[0] else "later"
    number = say(language, f"certificate.revision.{which}", number=revision.revision)
    return f"{number} · {moment(revision.changed_at)}", f"{kilograms(revision.grams)} kgCO₂e · {state}"


def moment(at: datetime) -> str:
    """On the clock of the city."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
