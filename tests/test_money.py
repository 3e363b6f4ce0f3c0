"""Amounts: every print that a book may hold is read exactly, or refused with its reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.money import WAN, YUAN, Amount, NotAnAmount, is_shortened, looks_like, parse, show, step, yuan

FEN = st.integers(-(10**18), 10**18)
UNITS = st.sampled_from([YUAN, WAN])


@pytest.mark.parametrize(
    ("text", "fen", "decimals"),
    [
        ("10,715,271.89", 1_071_527_189, 2),
        ("3854400.00", 385_440_000, 2),
        ("110000", 11_000_000, 0),
        ("0", 0, 0),
        ("0.00", 0, 2),
        ("1.5", 150, 1),
        (".5", 50, 1),
        ("1.2300", 123, 4),
        ("  42,374.10\u3000", 4_237_410, 2),
        ("1,234.00\xa0", 123_400, 2),
        ("１，２３４．５６", 123_456, 2),
        ("1，234.56", 123_456, 2),
        ("-5", -500, 0),
        ("- 5.00", -500, 2),
        ("－1,234.00", -123_400, 2),
        ("−1", -100, 0),
        ("(1,234.00)", -123_400, 2),
        ("（1,234.00）", -123_400, 2),
        ("( 5 )", -500, 0),
        ("¥1,234.00", 123_400, 2),
        ("￥ 1,234.00", 123_400, 2),
        ("-¥5", -500, 0),
        ("¥-5", -500, 0),
        ("(¥5)", -500, 0),
    ],
)
def test_an_amount_in_yuan(text: str, fen: int, decimals: int) -> None:
    assert parse(text) == Amount(fen, decimals)
    assert looks_like(text)


@pytest.mark.parametrize(
    ("text", "fen", "decimals"),
    [
        ("1,071.53", 1_071_530_000, 2),
        ("0.000001", 1, 6),
        ("1071.5271890", 1_071_527_189, 7),
        ("-3", -3_000_000, 0),
    ],
)
def test_an_amount_in_wan_yuan(text: str, fen: int, decimals: int) -> None:
    assert parse(text, WAN) == Amount(fen, decimals)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\t", "-", "--", "—", "——", "－", "–", " - ", "¥ -"])
def test_a_blank_is_not_zero(text: str) -> None:
    assert parse(text) is None
    assert not looks_like(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.2.3", "points"),
        ("1,234..00", "points"),
        ("1,23,4", "grouping"),
        ("1,2345", "grouping"),
        ("1234,567", "grouping"),
        (",123", "grouping"),
        ("1.234,567", "grouping"),
        ("10,715,271.", "cut"),
        ("10,715,", "cut"),
        ("--5", "sign"),
        ("-(5)", "sign"),
        ("(5", "sign"),
        ("5)", "sign"),
        ("()", "sign"),
        ("5-", "sign"),
        ("1.234", "precision"),
        ("9" * 5000, "length"),
        ("1." + "0" * 5000, "length"),
        ("信访业务", "characters"),
        ("12元", "characters"),
        ("12%", "characters"),
        ("1e5", "characters"),
        ("1 234", "characters"),
        ("１２a", "characters"),
        ("٣", "characters"),
        ("nan", "characters"),
        ("1\x00", "characters"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse(text)
    assert refused.value.reason == reason
    assert refused.value.text == text
    assert NotAnAmount.REASONS[reason] in str(refused.value)


def test_precision_is_that_of_the_unit() -> None:
    assert parse("1.2345", WAN) == Amount(1_234_500, 4)
    with pytest.raises(NotAnAmount, match="decimals"):
        parse("1.2345678", WAN)


@pytest.mark.parametrize("text", ["1,23,4", "1.2.3", "2014001", "10,715,271.", "(5", "5)"])
def test_a_code_and_a_misprint_look_like_an_amount(text: str) -> None:
    assert looks_like(text)


@pytest.mark.parametrize(
    "text",
    [
        "信访业务",
        "2026年",
        "12元",
        "1. 规范",
        "2026-01-01",
        ">=",
        "()",
        "9" * 5000,
    ],
)
def test_words_do_not_look_like_an_amount(text: str) -> None:
    assert not looks_like(text)


@pytest.mark.parametrize(
    ("decimals", "unit", "fen"),
    [(2, YUAN, 0), (3, YUAN, 0), (1, YUAN, 10), (0, YUAN, 100), (2, WAN, 10_000), (6, WAN, 0), (7, WAN, 0)],
)
def test_the_last_printed_place(decimals: int, unit: int, fen: int) -> None:
    assert step(decimals, unit) == fen


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (show(385_440_000), "3,854,400.00"),
        (show(-5), "-0.05"),
        (show(0, decimals=0), "0"),
        (show(123_400, decimals=0), "1,234"),
        (show(123_450, decimals=0), "1,234.5"),
        (show(1_071_527_189, WAN), "1,071.527189"),
        (show(1_071_530_000, WAN, 4), "1,071.5300"),
        (yuan(385_440_000), "3854400.00"),
        (yuan(-5), "-0.05"),
        (yuan(0), "0.00"),
    ],
)
def test_an_amount_is_shown_exactly(shown: str, text: str) -> None:
    assert shown == text


@given(FEN, UNITS, st.integers(0, 8))
def test_what_is_shown_reads_back(fen: int, unit: int, decimals: int) -> None:
    text = show(fen, unit, decimals)
    amount = parse(text, unit)
    assert amount is not None
    assert amount.fen == fen
    assert amount.decimals == len(text.partition(".")[2]) >= decimals
    assert looks_like(text)


@given(FEN)
def test_yuan_reads_back(fen: int) -> None:
    assert parse(yuan(fen)) == Amount(fen, 2)


@given(FEN, UNITS, st.integers(0, 4))
def test_a_print_is_read_as_decimal_arithmetic_reads_it(fen: int, unit: int, decimals: int) -> None:
    text = show(fen, unit, decimals)
    amount = parse(text, unit)
    assert amount is not None
    assert Decimal(text.replace(",", "")) * unit == amount.fen


@given(FEN, st.sampled_from(["{}", " {} ", "¥{}", "\u3000{}"]))
def test_full_width_print_reads_the_same(fen: int, frame: str) -> None:
    text = show(fen)
    full_width = text.translate(str.maketrans("0123456789,.-", "０１２３４５６７８９，．－"))
    assert parse(frame.format(full_width)) == parse(text)


@given(st.integers(1, 10**18))
def test_brackets_print_a_negative(fen: int) -> None:
    for brackets in ("({})", "（{}）"):
        amount = parse(brackets.format(show(fen)))
        assert amount is not None
        assert amount.fen == -fen


@given(st.text(max_size=60) | st.text("0123456789,.()-¥ （）－，", max_size=30))
def test_any_text_is_an_amount_a_blank_or_refused(text: str) -> None:
    try:
        amount = parse(text)
    except NotAnAmount as refused:
        assert refused.text == text
    else:
        assert amount is None or looks_like(text)


@pytest.mark.parametrize("text", ["167781553.4", "-167781553.4", "1234567890"])
def test_ten_digits_may_have_been_rounded_by_a_spreadsheet(text: str) -> None:
    assert is_shortened(text)


@pytest.mark.parametrize("text", ["143440000", "167,781,553.4", "12345678901", ""])
def test_other_figures_were_not(text: str) -> None:
    assert not is_shortened(text)
