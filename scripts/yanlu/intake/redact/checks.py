"""Checks that numbers carry within themselves; digits are ASCII, letters lower case."""

from __future__ import annotations

from datetime import date

from yanlu.intake.redact.lists import table

LAST_YEAR = 2099  # a later year is no date that citizens write


def is_resident_id(number: str) -> bool:
    """Whether 17 digits and the check character agree (GB 11643-1999, ISO 7064 MOD 11-2)."""
    rules = table("numbers")["identity"]
    total = sum(
        int(digit) * weight for digit, weight in zip(number, rules["weights"], strict=False)
    )
    return plausible_id(number) and rules["checks"][total % 11] == number[17]


def plausible_id(number: str) -> bool:
    """Whether 18 or 15 characters have a region and a day of birth where an identity has them."""
    birth = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    return number[:2] in table("numbers")["identity"]["provinces"] and is_day(birth)


def is_day(digits: str) -> bool:
    """Whether eight digits are a day, written year, month, day."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    if not 1900 <= year <= LAST_YEAR:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_luhn(number: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0


def is_hong_kong_id(number: str) -> bool:
    """One or two letters, six digits and a check character, by weights 9 to 2 (MOD 11)."""
    body, check = number[:-1].rjust(8), number[-1]
    values = [36 if char == " " else int(char, 36) for char in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "a" else int(check))) % 11 == 0
