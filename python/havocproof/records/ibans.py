"""International bank account numbers (ISO 13616) in electronic form: without spaces, capitals and digits only."""

from __future__ import annotations

import re

from havocproof.actions.scalars import GrammarError

IBAN_CHARS = 34

# The IBAN registry of SWIFT, release of 2025: the length that each country has.
_LENGTHS = {
    code: length
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for code in codes.split()
}
_FORM = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def check_iban(text: str) -> str:
    """An IBAN of a country in the registry, of that country's length, whose check digits are right."""
    if not _FORM.fullmatch(text) or _LENGTHS.get(text[:2]) != len(text):
        raise GrammarError("is no IBAN", "Write the country, two check digits and the account, without spaces")
    digits = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    if int(digits) % 97 != 1 or not 2 <= int(text[2:4]) <= 98:
        raise GrammarError("has check digits that do not fit", "Copy the IBAN anew")
    return text
