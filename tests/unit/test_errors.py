"""Whatever a message quotes, it can be read on a terminal."""

from __future__ import annotations

from consumer_credit.errors import DataError


def test_a_message_that_quotes_a_whole_table_shows_its_beginning_and_its_end():
    table = " ".join(f"834015.{n}" for n in range(500))
    refusal = DataError(
        f"expected a month, found '{table}'", where="some.file, cell H4", remedy="write 2016-01"
    )
    assert refusal.what.startswith("expected a month, found '834015.0 834015.1 ")
    assert refusal.what.endswith(" 834015.498 834015.499'")
    assert len(refusal.what) == 800
    assert str(refusal) == f"some.file, cell H4: {refusal.what} — write 2016-01"


def test_a_message_quotes_no_word_without_end_and_nothing_that_steers_a_terminal():
    refusal = DataError(f"found '{'x' * 400}' and '\x1b[2J'", where="cell A1", remedy="mend it")
    assert refusal.what == f"found '{'x' * 99}… and '\\x1b[2J'"


def test_a_place_whose_name_is_blank_is_seen():
    assert (
        str(DataError("is no folder", where=" ", remedy="choose another"))
        == "' ': is no folder — choose another"
    )
