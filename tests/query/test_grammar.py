from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.entities import EntityName
from localpay.errors import QueryError
from localpay.query import Query, fields, parse
from localpay.query.fields import Field
from localpay.query.grammar import MAX_LEVELS, MAX_PARENTHESES, MAX_TERMS
from localpay.query.tokens import MAX_LENGTH
from localpay.query.tree import And, Comparison, Has, Not, Or, Path, Range, Term, Text, write_path
from localpay.query.values import MAX_PATTERN, Major, Minor, Pattern

SESSION: EntityName = "payment_session"


def named(name: str, entity: EntityName = SESSION) -> Field:
    field = fields.find(entity, name)
    assert field is not None
    return field


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        (" \n\t", ""),
        ("status:error", "status:error"),
        ("STATUS:Error", "status:error"),
        ("status=error", "status:error"),
        ("status:=error", "status:error"),
        ("status:error,pending", "status:error,pending"),
        ("status:*ed", "status:authorized,canceled"),
        ("status:*", "has:status"),
        ("status!=error", "-status:error"),
        ("status:!=error,pending", "-status:error,pending"),
        ("-status!=error", "status:error"),
        ("NOT status:error", "-status:error"),
        ("NOT NOT --status:error", "status:error"),
        ("provider:stripe", "provider_id:stripe"),
        ('provider:"stripe"', "provider_id:stripe"),
        ("email:*@example.com", "cart.email:*@example.com"),
        ("email:**@**", "cart.email:*@*"),
        ('email:"ada lovelace"*', 'cart.email:"ada lovelace"*'),
        ('email:"*"', 'cart.email:"*"'),
        ('email:""', 'cart.email:""'),
        (r'email:"a\"b\\c\d"', r'cart.email:"a\"b\\c\\d"'),
        ("amount:>=12.5", "amount:>=12.50"),
        ("amount>=12.5", "amount:>=12.50"),
        ("amount<5", "amount:<5"),
        ("amount:0012", "amount:12"),
        ("amount:-5", "amount:-5"),
        ("amount:12.50EUR", "amount:12.50eur"),
        ("amount:1250jpy", "amount:1250jpy"),
        ("amount:12kwd", "amount:12.000kwd"),
        ('amount:"12.50 eur"', "amount:12.50eur"),
        ("amount:10..20", "amount:10..20"),
        ("amount:10..20.5", "amount:10.00..20.50"),
        ("amount:10..20.5eur", "amount:10.00eur..20.50eur"),
        ("amount:10eur..20", "amount:10.00eur..20.00eur"),
        ("amount:10..", "amount:10.."),
        ("amount:..10", "amount:..10"),
        ("amount:<5,>=100,10..20,42", "amount:<5,>=100,10..20,42"),
        ("created:2026-11-20t08:00z", "created_at:2026-11-20T08:00Z"),
        ('created:>="2026-11-20 08:00"', "created_at:>=2026-11-20T08:00"),
        ("created:>-7d", "created_at:>-7d"),
        ("amount:1250,2500", "amount:1250,2500"),
        ("amount:12,50", "amount:12,50"),
        ("amount:1,250", "amount:1,250"),
        ("amount:100.00,250.00", "amount:100.00,250.00"),
        ("amount:>=1000,50", "amount:>=1000,50"),
        ("amount:<5,50", "amount:<5,50"),
        ("amount:5 ada", "amount:5 ada"),
        ("amount:5eur eur", 'amount:5.00eur "eur"'),
        ("EUR amount:5", '"EUR" amount:5'),
        ('amount:5 "eur"', 'amount:5 "eur"'),
        ('a "||" b', 'a "||" b'),
        ("created:Today", "created_at:today"),
        ("created:-7d..now", "created_at:-7d..now"),
        ("has:email", "has:cart.email"),
        ("missing:email,status", "missing:cart.email OR missing:status"),
        ("-missing:email", "has:cart.email"),
        ("has:data.a.b[0]", "has:data.a.b[0]"),
        ("selected:TRUE", "is_selected:true"),
        ("data:pi_1", "data:pi_1"),
        ("data.a.b[0].c:1", "data.a.b[0].c:1"),
        ("data.a:1.0", "data.a:1.0"),
        ('data.a:"1"', 'data.a:"1"'),
        ("data.a:007", "data.a:007"),
        ('data."a b"."c.d":x', 'data."a b"."c.d":x'),
        ("cart.metadata.source:web", "cart.metadata.source:web"),
        ("DATA.Key:X", "data.Key:X"),
        ("a b", "a b"),
        ("a AND b", "a b"),
        ("a OR b OR c", "a OR b OR c"),
        ("a b OR c", "a b OR c"),
        ("a (b OR c)", "a (b OR c)"),
        ("((a) ((b)))", "a b"),
        ("(a b) c", "a b c"),
        ("-(a b)", "-(a b)"),
        ("-(a OR -(b))", "-(a OR -b)"),
        ("(a)(b)", "a b"),
        ('"a b"', '"a b"'),
        ('"a"b', "ab"),
        ('"AND"', '"AND"'),
        ("ANDY", "ANDY"),
        ("pi_*_secret", "pi_*_secret"),
        ("*", "*"),
        ("a,b", '"a,b"'),
        ("12:30", '"12:30"'),
        ('"a:b"', '"a:b"'),
        ('"<>"', '"<>"'),
        ("josé", "josé"),
        ("ada@example.com", "ada@example.com"),
        ("https://x.test/?a=b!", '"https://x.test/?a=b!"'),
        ("-http://x.test:80", '-"http://x.test:80"'),
        ("abc-d=!", '"abc-d=!"'),
        ('a "or" b', 'a "or" b'),
        ("provider:*,a", "has:provider_id OR provider_id:a"),
        ("provider!=*,a", "-(has:provider_id OR provider_id:a)"),
        ('data.x:""*', "has:data.x"),
        ('data."":x', 'data."":x'),
        (r'data."q\"uote":5', r'data."q\"uote":5'),
        (r'has:data."b\\s"[0]."\"="', r'has:data."b\\s"[0]."\"="'),
        (r'missing:data."a\b",data."\\\"".c', r'missing:data."a\\b" OR missing:data."\\\"".c'),
        ('data."a\nb\t":x', 'data."a\nb\t":x'),
    ],
)
def test_a_filter_prints_back_to_its_canonical_text(text: str, canonical: str) -> None:
    query = parse(text, SESSION)

    assert str(query) == canonical
    assert parse(canonical, SESSION).tree == query.tree
    assert query.text == text
    assert query.entity == SESSION


def test_or_binds_weaker_than_and_and_not_stronger() -> None:
    a, b, c = Text(("a",)), Text(("b",)), Text(("c",))

    assert parse("a b OR c", SESSION).tree == Or((And((a, b)), c))
    assert parse("a OR b c", SESSION).tree == Or((a, And((b, c))))
    assert parse("-a b", SESSION).tree == And((Not(a), b))
    assert parse("NOT a OR b", SESSION).tree == Or((Not(a), b))
    assert parse("-(a OR b) c", SESSION).tree == And((Not(Or((a, b))), c))


def test_an_operator_belongs_to_the_value_it_stands_before() -> None:
    assert parse("amount>5,1", SESSION).tree == Term(
        named("amount"), (), (Comparison(">", Minor(5, None)), Comparison("=", Minor(1, None)))
    )


def test_a_range_in_which_one_end_has_a_point_is_in_major_units() -> None:
    assert parse("amount:10..20.5", SESSION).tree == Term(
        named("amount"), (), (Range(Major(10, 0), Major(205, 1)),)
    )


def test_a_path_is_taken_apart_into_keys_and_places() -> None:
    tree = parse('has:data.items[0]."a b"', SESSION).tree

    assert tree == Has(named("data"), ("items", 0, "a b"))


def test_quotes_take_the_meaning_from_wildcards_commas_and_dots() -> None:
    assert parse('email:"a*,b..c"', SESSION).tree == Term(
        named("email"), (), (Comparison("=", Pattern(("a*,b..c",))),)
    )


def test_the_other_entities_have_fields_of_their_own() -> None:
    assert str(parse("session.status:error payment:pay_1 total:5", "cart")) == (
        "session.status:error payment.id:pay_1 total:5"
    )
    assert str(parse("captured:today email:a currency:eur", "payment")) == (
        "captured_at:today cart.email:a currency_code:eur"
    )


@pytest.mark.parametrize(
    ("text", "position", "length", "reason"),
    [
        (
            "statsu:error",
            0,
            6,
            "there is no field 'statsu' of a payment session; did you mean 'status'?",
        ),
        ("a emial:x", 2, 5, "did you mean 'email'?"),
        ("ftp://x", 0, 3, "text with such signs goes in quotes"),
        ("status.x:1", 0, 8, "there is no field 'status.x'"),
        ("dta.id:1", 0, 6, "did you mean 'data.id'?"),
        ("has:emial", 4, 5, "did you mean 'email'?"),
        ("status:pendng", 7, 6, "status is never pendng; did you mean 'pending'?"),
        ("status:xyz", 7, 3, "it is one of authorized, pending, requires_more, error, canceled"),
        ("status:error,", 13, 1, "a value is missing here"),
        ("status:,error", 7, 1, "a value is missing here"),
        ("has:data.a[x]", 4, 9, "there is no field 'data.a[x]'"),
        ("has:data[0]x", 4, 8, "there is no field 'data[0]x'"),
        ("status: error", 7, 1, "a value is missing here"),
        ("status:(a OR b)", 7, 1, "values are joined by commas, without parentheses"),
        ("status:error, pending", 13, 1, "it stands right behind its operator or comma"),
        ("status:>error", 8, 5, "status has no order"),
        ("email:>a", 7, 1, "cart.email has no order"),
        ("data:>5", 6, 1, "only a place in data has an order: data.key:>5"),
        ("status:a..b", 7, 4, "status has no order"),
        ("data.a:>true", 8, 4, "nothing is more or less than true"),
        ("data.a:1..x", 7, 4, "two numbers, or two texts"),
        ("provider:>a*", 10, 2, "nothing is more or less than a*"),
        ("status:error,!=pending", 13, 2, "!= stands in front of all values"),
        ("amount:x", 7, 1, "x is not an amount such as 1250"),
        ("amount:1*", 7, 2, "1* is not an amount"),
        ("amount:12.505eur", 7, 9, "has more than the 2 decimals of EUR"),
        ("amount:1eur..2usd", 7, 10, "have the same currency"),
        ("amount:1..2..3", 7, 7, "a range is written 10..20"),
        ("amount:..", 7, 2, "a range is written 10..20"),
        ("amount:>1..2", 8, 4, "a range takes no '>' in front"),
        ("amount >= 5", 7, 2, "an operator stands right behind its field"),
        ("created:2026-13", 8, 7, "2026-13 is not a real time: month must be in 1..12"),
        ("created:2026-02-30", 8, 10, "is not a real time: day is out of range"),
        ("created:0000", 8, 4, "is not a real time"),
        ("created:7d", 8, 2, "7d is not a time such as 2026-11"),
        (
            "authorized:true",
            11,
            4,
            "is it has:payment_authorized_at or missing:payment_authorized_at?",
        ),
        ("selected:yes", 9, 3, "yes is neither true nor false"),
        ("data.a:1e999", 7, 5, "1e999 is too large a number"),
        ("data.a[99999999999]:1", 0, 19, "no array has so many places"),
        ("data.a[" + "9" * 5_000 + "]:1", 0, 5_008, "there is no field"),
        ("has=email", 0, 9, "has: and missing: take names of fields"),
        ("a OR", 4, 1, "expected a term such as status:error or a text, here the filter ends"),
        ("OR a", 0, 2, "here stands OR"),
        ("a AND OR b", 6, 2, "here stands OR"),
        ("()", 1, 1, "here stands )"),
        ("(a", 0, 1, "this parenthesis is not closed"),
        ("a) b", 1, 1, "there is no parenthesis open here"),
        ("- a", 0, 1, "what a minus excludes stands right behind it"),
        ("-", 1, 1, "here the filter ends"),
        ('a "b c', 2, 4, "this quote is not closed"),
        ('email:"a', 6, 2, "this quote is not closed"),
        ("a\0b", 1, 1, "a filter cannot hold a NUL character"),
        ("a\ud800b", 1, 1, "half a surrogate pair is not a character"),
    ],
)
def test_an_error_says_where_and_what_was_expected(
    text: str, position: int, length: int, reason: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, SESSION)

    assert reason in caught.value.reason
    assert (caught.value.position, caught.value.length) == (position, length)
    assert caught.value.text == text


def test_a_thousand_parentheses_get_an_answer_or_a_sentence() -> None:
    assert parse("(" * MAX_PARENTHESES + "a" + ")" * MAX_PARENTHESES, SESSION).tree == Text(("a",))
    with pytest.raises(QueryError, match=f"more than {MAX_PARENTHESES} parentheses"):
        parse("(" * 1000 + "a" + ")" * 1000, SESSION)
    with pytest.raises(QueryError, match="no parenthesis open"):
        parse("a" + ")" * 1000, SESSION)


def test_minus_signs_without_number_are_counted_and_not_nested() -> None:
    assert parse("-" * 9_001 + "a", SESSION).tree == Not(Text(("a",)))


def test_what_sqlite_cannot_nest_is_refused() -> None:
    def nested(levels: int) -> str:
        text = "a"
        for level in range(levels):
            text = f"(b {text})" if level % 2 else f"(b OR {text})"
        return text

    assert parse(nested(MAX_LEVELS), SESSION).tree is not None
    with pytest.raises(QueryError, match="levels of and, or and not"):
        parse(nested(MAX_LEVELS + 1), SESSION)


def test_ten_thousand_characters_are_read_and_more_are_refused() -> None:
    assert str(parse("-" * (MAX_LENGTH - 1) + "x", SESSION)) == "-x"
    with pytest.raises(QueryError, match="may have 10,000 characters, this one has 10,001"):
        parse("x" * (MAX_LENGTH + 1), SESSION)


def test_a_text_to_look_for_has_a_limit_of_its_own() -> None:
    for text in ("x" * (MAX_PATTERN + 1), f"email:*{'x' * MAX_PATTERN}y"):
        with pytest.raises(QueryError, match="a text may have 1,000 characters here"):
            parse(text, SESSION)


def test_a_text_compared_as_it_is_may_be_as_long_as_the_filter() -> None:
    token = "x" * (MAX_LENGTH - 50)
    for name in ("provider_id", "cart.email", "data.token"):
        assert str(parse(f"{name}:{token}", SESSION)) == f"{name}:{token}"


def test_what_would_be_too_long_in_its_canonical_form_is_refused() -> None:
    for text in ("missing:" + ",".join(["cart.tax", "email"] * 220), "provider:" + "\\" * 9_000):
        with pytest.raises(QueryError, match=r"written in full it has 1\d,\d{3} characters"):
            parse(text, SESSION)
    with pytest.raises(QueryError, match=f"{MAX_TERMS} terms and values"):
        parse("status:" + ",".join(["*e*"] * 400), SESSION)


def test_terms_and_values_are_counted_together() -> None:
    assert parse("a " * MAX_TERMS, SESSION).tree is not None
    for text in ("a " * (MAX_TERMS + 1), "id:" + ",".join("a" * (MAX_TERMS + 1))):
        with pytest.raises(QueryError, match=f"{MAX_TERMS} terms and values"):
            parse(text, SESSION)


# Properties

ENTITIES: tuple[EntityName, ...] = ("payment_session", "cart", "payment")
PARTS = st.sampled_from(
    [
        "status", "amount", "email", "data", "created", "selected", "has", "missing", "provider",
        ".a", "[0]", ":", "=", "!=", ">=", "<", "..", ",", "*", "-", "(", ")", " ", '"', "\\",
        "AND", "OR", "NOT", "12.50", "12", "eur", "-7d", "today", "2026-11", "T08:00Z", "true",
        "null", "error", "é", "x", "\n", "and", "or", "not", "https://", "≥", '""', "08:00",
        "250.00", "50", "||", "&", "USD", "1", "0",
    ]
)  # fmt: skip


def understood(text: str, entity: EntityName) -> Query | QueryError:
    try:
        return parse(text, entity)
    except QueryError as error:
        return error


@given(text=st.text() | st.lists(PARTS, max_size=20).map("".join), entity=st.sampled_from(ENTITIES))
def test_any_text_is_a_filter_that_prints_back_or_a_query_error(
    text: str, entity: EntityName
) -> None:
    query = understood(text, entity)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert query.length >= 1
    else:
        again = parse(str(query), entity)
        assert again.tree == query.tree
        assert str(again) == str(query)


@given(
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=4)
)
def test_any_text_can_be_searched_for_and_compared_with(pieces: list[str]) -> None:
    text = "*".join(pieces)
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert parse(quoted, SESSION).tree == Text((text,))
    term = parse(f"provider:{quoted}", SESSION)
    assert term.tree == Term(named("provider_id"), (), (Comparison("=", Pattern((text,))),))
    assert parse(str(term), SESSION).tree == term.tree


KEYS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
PLACES = st.lists(KEYS | st.sampled_from(['"', "\\", '\\"', "a.b"]) | st.integers(0, 9), min_size=1)


@given(path=PLACES.map(tuple))
def test_any_key_of_json_can_be_named(path: Path) -> None:
    name = f"metadata{write_path(path)}"
    metadata = named("metadata", "cart")

    assert fields.resolve("cart", name) == (metadata, path)
    assert parse(f"{name}:x", "cart").tree == Term(
        metadata, path, (Comparison("=", Pattern(("x",))),)
    )
    assert parse(f"has:{name}", "cart").tree == Has(metadata, path)
    assert str(parse(f"{name}:x", "cart")) == f"{name}:x"
