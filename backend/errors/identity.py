"""Refusals of staff sign-ins, second factors, passwords and accounts."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ChallengeInvalid(Refusal):
    status, code = 401, "challenge_invalid"


class SecondFactorWrong(Refusal):
    status, code = 403, "second_factor_wrong"


class TooManySecondFactors(Refusal):
    status, code = 429, "too_many_second_factors"


class CitizenNotSignedIn(Refusal):
    """No citizen's account is open with this token, so nobody can say that it is theirs."""

    status, code = 422, "citizen_not_signed_in"


class PasskeyRefused(Refusal):
    status, code = 422, "passkey_refused"


class PasskeysUnavailable(Refusal):
    status, code = 409, "passkeys_unavailable"


class LastSecondFactor(Refusal):
    status, code = 409, "last_second_factor"


class PasskeyNotFound(NotFound):
    code = "passkey_not_found"


class PresentPasswordWrong(Refusal):
    status, code = 403, "present_password_wrong"


class PasswordTooShort(Refusal):
    status, code = 422, "password_too_short"


class PasswordIsName(Refusal):
    status, code = 422, "password_is_name"


class PasswordCommon(Refusal):
    status, code = 422, "password_common"


class PasswordLinkInvalid(Refusal):
    status, code = 401, "password_link_invalid"


class StaffSessionNotFound(NotFound):
    code = "staff_session_not_found"


class StaffAccountNotFound(NotFound):
    code = "staff_account_not_found"


class UsernameTaken(Refusal):
    status, code = 409, "username_taken"


class OwnAccount(Refusal):
    status, code = 409, "own_account"


class StaffAccountClosed(Refusal):
    status, code = 409, "staff_account_closed"


# -- citizens -------------------------------------------------------------------------------------


class TooManySignInCodes(Refusal):
    """As many codes were sent as are for one address, one source or all of them, for now."""

    status, code = 429, "too_many_sign_in_codes"


class CodeNotSent(Refusal):
    """Whoever carries codes took none, or gave no answer: nothing is kept, and it counts as not asked for."""

    status, code = 503, "sign_in_code_not_sent"
    retry_after_s = 5.0


class AddressTakesNothing(Refusal):
    status, code = 422, "address_takes_nothing"


class SignInCodeWrong(Refusal):
    status, code = 403, "sign_in_code_wrong"


class SignInCodeOver(Refusal):
    """The code was used, is older than five minutes or was tried too often; or nothing was begun so."""

    status, code = 410, "sign_in_code_over"


class IdentityElsewhere(Refusal):
    """What was shown leads to another account already."""

    status, code = 409, "identity_elsewhere"


class IdentityNotFound(NotFound):
    code = "identity_not_found"


class LastWayIn(Refusal):
    status, code = 409, "last_way_in"


class TooManyIdentities(Refusal):
    status, code = 409, "too_many_identities"


class SessionNotFound(NotFound):
    code = "session_not_found"


class SignInStateInvalid(Refusal):
    """The sign-in was begun in another browser, too long ago, or not here at all."""

    status, code = 401, "sign_in_state_invalid"


class SignInStateUsed(Refusal):
    """The sign-in was finished before: an address that was opened twice, or a callback that somebody replayed."""

    status, code = 409, "sign_in_state_used"


class SignInBusy(Refusal):
    """As many sign-ins as one process has under way at a provider; nothing of this one was used up."""

    status, code = 503, "sign_in_busy"
    retry_after_s = 2.0


class TooManyWrongSignInCodes(Refusal):
    status, code = 429, "too_many_wrong_sign_in_codes"


class WeChatConsentNeeded(Refusal):
    """WeChat names the person in the official account alone; with their consent it names them in all of ours."""

    status, code = 409, "wx_consent_needed"


AT_PROVIDERS = (
    SignInStateInvalid,
    SignInStateUsed,
    SignInBusy,
    TooManyWrongSignInCodes,
    WeChatConsentNeeded,
)
"""What a sign-in at somebody else's may be refused with by us."""
