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
