"""Counting knocks without knowing who knocks."""

from yanlu.intake.rates import DAY, Allowance, Pace, Rates

ALLOWANCE = Allowance(burst=3, hourly=60, flood=2)


def _paces(rates: Rates, address: str, count: int, now: float = 0.0) -> list[Pace]:
    return [rates.knock(address, now) for _ in range(count)]


def test_a_full_bucket_first_costs_priority_and_far_above_it_the_answer_is_to_wait() -> None:
    paces = _paces(Rates(ALLOWANCE), "192.0.2.1", 8)
    assert paces == [Pace.ORDINARY] * 3 + [Pace.BUSY] * 3 + [Pace.FLOOD] * 2


def test_who_waits_is_let_in_again() -> None:
    rates = Rates(ALLOWANCE)
    _paces(rates, "192.0.2.1", 20)
    assert rates.knock("192.0.2.1", 360.0) is Pace.ORDINARY


def test_a_network_of_ipv6_counts_as_one_and_others_are_apart() -> None:
    rates = Rates(ALLOWANCE)
    _paces(rates, "2001:db8::1", 3)
    assert rates.knock("2001:db8::ffff", 0.0) is Pace.BUSY
    assert rates.knock("2001:db8:0:1::1", 0.0) is Pace.ORDINARY
    assert rates.knock("192.0.2.1", 0.0) is Pace.ORDINARY


def test_an_ipv4_address_is_the_same_however_it_is_written() -> None:
    rates = Rates(ALLOWANCE)
    _paces(rates, "::ffff:192.0.2.1", 3)
    assert rates.knock("192.0.2.1", 0.0) is Pace.BUSY


def test_the_salt_changes_every_day_so_that_no_key_lives_longer() -> None:
    rates = Rates(ALLOWANCE)
    _paces(rates, "192.0.2.1", 3)
    before = set(rates._levels)  # noqa: SLF001 - what an attacker would look at
    rates.knock("192.0.2.1", DAY + 1.0)
    assert before.isdisjoint(rates._levels)  # noqa: SLF001


def test_no_address_can_be_read_from_what_is_held() -> None:
    rates = Rates(ALLOWANCE)
    rates.knock("192.0.2.1", 0.0)
    assert "192.0.2.1" not in repr(rates)
    assert b"192.0.2.1" not in b"".join(rates._levels)  # noqa: SLF001
