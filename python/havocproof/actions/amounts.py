"""Money: exact amounts in the minor unit of an ISO 4217 currency. There are no floats and no roundings."""

from __future__ import annotations

import re

from havocproof.actions.scalars import MEASURE_LIMIT, GrammarError

# ISO 4217 list one as published on 2026-01-01, without funds, metals, test codes and baskets: nobody is paid in those.
_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
    " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR"
    " JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD"
    " NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN"
    " SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "UYW",
}

DECIMALS: dict[str, int] = {code: places for places, codes in _BY_DECIMALS.items() for code in codes.split()}
"""Currency code -> how many decimals its amounts are written with."""

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,4}))? ([A-Z]{3})")


def parse_amount(text: str) -> tuple[int, str]:
    """`"500.00 USD"` -> `(50000, "USD")`: minor units, currency. Zero is one, too; below 10**15 units.

    Exactly the currency's decimals must be written: 500.00 USD, 500 JPY, 500.000 KWD.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise GrammarError("is no amount", "Write the digits, a space and the currency, as 500.00 USD")
    whole, fraction, currency = match[1], match[2] or "", match[3]
    places = DECIMALS.get(currency)
    if places is None:
        raise GrammarError("names no currency of ISO 4217", "Use the three-letter code of a currency in use, as USD")
    if len(fraction) != places:
        example = format_amount(500 * 10**places, currency)
        raise GrammarError(f"has not exactly {places} decimals", f"Write {currency} amounts as {example}")
    minor = int(whole + fraction)
    if minor >= MEASURE_LIMIT:
        raise GrammarError("is too large", "Amounts stay below 10**15 minor units")
    return minor, currency


def format_amount(minor: int, currency: str) -> str:
    """`(50000, "USD")` -> `"500.00 USD"`: what `parse_amount` reads back. Raises `KeyError` for an unknown currency."""
    places = DECIMALS[currency]
    if not places:
        return f"{minor} {currency}"
    whole, fraction = divmod(minor, 10**places)
    return f"{whole}.{fraction:0{places}} {currency}"


def check_positive_amount(text: str) -> str:
    """An amount above zero."""
    if parse_amount(text)[0] == 0:
        raise GrammarError("is zero", "Give a positive amount")
    return text
