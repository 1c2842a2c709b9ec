"""Addresses that lead to accounts: looked up by a keyed digest, kept encrypted, shown masked."""

from __future__ import annotations

from uuid import UUID

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.identity.addresses import masked
from backend.domain.identity.sign_in_codes import SignInDigests
from backend.models import CitizenPasskey, Identity, SignInChallenge
from backend.services.identity.ways_in import Identified

NAME_SHOWN_CHARS = 1


def address_owner(provider: str, subject: str) -> str:
    """What the ciphertext of an address is bound to."""
    return f"identity {provider} {subject}"


class Addresses:
    """Digests, encrypts and decrypts the addresses of identities."""

    def __init__(self, encryptor: Encryptor, digests: SignInDigests) -> None:
        self._encryptor = encryptor
        self._digests = digests

    async def identified(self, provider: str, address: str) -> Identified:
        """Who has an address, under the key that its digest is kept with, or the first key while it is new here."""
        subjects = self._digests.subjects(provider, address)
        subject = subjects[0]
        if len(subjects) > 1:
            kept = await Identity.filter(provider=provider, subject__in=subjects).first()
            subject = subject if kept is None else kept.subject
        sealed = self._encryptor.encrypt(address.encode(), address_owner(provider, subject))
        return Identified(provider=provider, subject=subject, sealed=sealed)

    def address_of(self, identity: Identity) -> str | None:
        """The address of an identity; None for one that is none, and where no key decrypts it."""
        if identity.sealed is None or identity.sealed_with is None:
            return None
        sealed = Encrypted(identity.sealed_with, bytes(identity.sealed))
        try:
            return self._encryptor.decrypt(
                sealed, address_owner(identity.provider, identity.subject)
            ).decode()
        except CannotDecrypt:
            return None

    def shown(self, identity: Identity) -> str | None:
        """An identity as its owner recognises it; None where there is nothing that they would know."""
        address = self.address_of(identity)
        if address is not None:
            return masked(identity.provider, address)
        return f"{identity.subject[:NAME_SHOWN_CHARS]}***" if identity.provider == "demo" else None

    async def export(self, citizen_id: UUID) -> list[dict[str, object]]:
        """A citizen's identities for the export of their data: an address as it is, not its digest."""
        return [
            {
                "provider": each.provider,
                "subject": self.address_of(each) or each.subject,
                "created_at": each.created_at,
            }
            for each in await Identity.filter(citizen_id=citizen_id).order_by("created_at")
        ]


async def export_passkeys(citizen_id: UUID) -> list[dict[str, object]]:
    """A citizen's passkeys for the export of their data: what they named them, and when they were used."""
    return (
        await CitizenPasskey.filter(citizen_id=citizen_id)
        .order_by("created_at")
        .values("name", "created_at", "last_used_at")
    )


async def forget_ways(citizen_id: UUID) -> None:
    """Delete what leads to an account, and codes that are on their way to it; inside the transaction that erases."""
    identities = Identity.filter(citizen_id=citizen_id)
    subjects = await identities.values_list("subject", flat=True)
    await SignInChallenge.filter(subject__in=subjects).delete()
    await identities.delete()
    await CitizenPasskey.filter(citizen_id=citizen_id).delete()
