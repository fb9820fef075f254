"""What a way to reach somebody is for, how it was proved, why it ended, and what a short message reaches: words and rules."""

from __future__ import annotations

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumbers import NumberParseException, PhoneNumberType

NOTICES, EMERGENCIES = "notices", "emergencies"
PURPOSES: dict[str, Promise] = {
    NOTICES: pgettext_lazy("used for", "Notices of cases"),
    "home": pgettext_lazy("used for", "Home"),
    "work": pgettext_lazy("used for", "Work"),
    EMERGENCIES: pgettext_lazy("used for", "Emergencies only"),
}
CODE, DOCUMENT = "code", "document"
PROVED: dict[str, Promise] = {CODE: _("by a code"), DOCUMENT: _("by a document that was shown"), "register": _("in a register")}
ENDED: dict[str, Promise] = {
    "changed": _("They no longer use it"),
    "wrong": _("It was never theirs"),
    "asked": _("They asked us to stop using it"),
}
NO_TEXTS = frozenset({
    PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER, PhoneNumberType.UAN, PhoneNumberType.VOICEMAIL,
})  # fmt: skip
MOBILES_BEGIN = {56: "9"}  # where the library takes landlines and mobiles for one range: Chile


def purpose_name(purpose: str) -> str:
    """What an import brought in its own words is shown as it came."""
    return str(PURPOSES.get(purpose, purpose))


def proved(how: str) -> str:
    return str(PROVED.get(how, ""))


def takes_texts(e164: str) -> bool:
    """Whether a short message may arrive there; a range that is not known yet may be a mobile one, a landline or a paid line is not."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return False
    first = MOBILES_BEGIN.get(number.country_code or 0, "")
    return str(number.national_number).startswith(first) and phonenumbers.number_type(number) not in NO_TEXTS


def ways_to_prove(kind: str, value: str, *, texts: bool) -> tuple[str, ...]:
    """An e-mail is proved by a code alone; an address by a paper; a telephone by a code where short messages go out, or by a bill."""
    if kind == "email":
        return (CODE,)
    if kind == "phone" and texts and takes_texts(value):
        return (CODE, DOCUMENT)
    return (DOCUMENT,)
