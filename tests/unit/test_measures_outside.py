"""Lenders outside a table and the days of revisions, held to sums worked out by hand (亿元)."""

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.outside import consumer_part, counts_of, with_outside
from consumer_credit.measures.revisions import revision_days


def observations(*rows: tuple[str, float, str], later: tuple[bool, ...] = ()) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["period", "value", "vintage"])
    frame = frame.assign(source="page", derived=False, later_vintage=list(later) or [False] * len(rows))
    frame.attrs["series"] = "cn.p2p.outstanding"
    return frame


P2P = observations(
    ("2016", 8162, "2017-03"), ("2016", 6795.11, "2019-01-07"), ("2018", 7889.65, "2019-01-07")
)
MICROLOANS = observations(("2016", 9272.8, "2017-01"), ("2018", 9550, "2019-01"))
TABLE = observations(
    ("2016", 59072.29, "2017-01"), ("2017", 96194.41, "2018-01"), ("2018", 120402.88, "2019-01")
)


def test_a_figure_that_was_restated_gives_a_range_and_one_that_was_not_gives_itself():
    counts = counts_of(P2P).set_index("period")
    assert tuple(counts.loc["2016", ["lowest", "highest", "counts"]]) == (6795.11, 8162, 2)
    assert tuple(counts.loc["2018", ["lowest", "highest", "counts"]]) == (7889.65, 7889.65, 1)
    assert counts.loc["2016", "vintage"] == "2019-01-07"  # both are known only from then on


def test_a_count_not_yet_known_leaves_the_range_unless_nothing_else_is_known():
    then = P2P.assign(later_vintage=[False, True, True])
    counts = counts_of(then).set_index("period")
    assert tuple(counts.loc["2016", ["lowest", "highest"]]) == (8162, 8162)
    assert not counts.loc["2016", "later_vintage"]
    assert counts.loc["2018", "later_vintage"]


def test_the_least_takes_the_lowest_count_and_the_most_business_credit():
    part = consumer_part(counts_of(P2P), business_share=(0.25, 0.75)).set_index("period")
    assert part.loc["2016", "at_least"] == pytest.approx(6795.11 * 0.25)
    assert part.loc["2016", "at_most"] == pytest.approx(8162 * 0.75)
    assert part["derived"].all()


def test_a_lender_to_consumers_alone_counts_in_full_and_stays_published():
    part = consumer_part(counts_of(MICROLOANS))
    assert list(part["at_least"]) == list(part["at_most"]) == [9272.8, 9550]
    assert not part["derived"].any()


@pytest.mark.parametrize("shares", [(0.8, 0.2), (-0.1, 0.5), (0.5, 1.1)])
def test_shares_that_are_no_range_are_refused(shares):
    with pytest.raises(DataError, match="are not a range of fractions"):
        consumer_part(counts_of(P2P), business_share=shares)


def test_the_broad_stock_exists_only_where_every_needed_lender_was_counted():
    shares = {"business_share": (0.25, 0.75)}
    needed = [consumer_part(counts_of(P2P), **shares), consumer_part(counts_of(MICROLOANS), **shares)]
    companies = consumer_part(counts_of(observations(("2018", 3619.1, "2020-08-21"))))
    both = with_outside(TABLE, needed, [companies])
    least, most = (both[end].set_index("period") for end in ("at_least", "at_most"))
    assert list(least.index) == ["2016", "2018"]
    assert least.loc["2016", "value"] == pytest.approx(59072.29 + (6795.11 + 9272.8) / 4)
    assert most.loc["2016", "value"] == pytest.approx(59072.29 + (8162 + 9272.8) * 3 / 4)
    assert most.loc["2018", "value"] == pytest.approx(120402.88 + (7889.65 + 9550) * 3 / 4 + 3619.1)
    assert most.loc["2018", "vintage"] == "2020-08-21"
    assert most["derived"].all()


def test_every_vintage_needs_its_provenance():
    with pytest.raises(DataError, match="no column vintage"):
        counts_of(P2P.drop(columns="vintage"))


GDP_2016 = pd.DataFrame(
    {
        "day": ["2017-01-20", "2018-01-31", "2019-10-31", "2021-01-31", "2024-12-31"],
        "value": [744127, 743585, 740060.8, 746395.1, 761193],
    }
)


def test_revisions_are_the_days_on_which_the_figure_changed_by_enough():
    # −0.07 %, −0.47 %, +0.86 %, +1.98 %
    assert revision_days(GDP_2016, least=0.0025) == ["2019-10-31", "2021-01-31", "2024-12-31"]
    assert revision_days(GDP_2016, least=0.01) == ["2024-12-31"]
    assert revision_days(GDP_2016.sample(frac=1, random_state=1), least=0.0025, most=2) == [
        "2021-01-31",
        "2024-12-31",
    ]


def test_a_first_publication_is_no_revision():
    assert revision_days(GDP_2016.head(1), least=0) == []


@pytest.mark.parametrize(
    ("history", "complaint"),
    [
        (pd.concat([GDP_2016, GDP_2016.head(1)]), "a day is given twice"),
        (GDP_2016.assign(value=0), "a value is 0"),
    ],
)
def test_a_history_that_cannot_be_read_is_refused(history, complaint):
    with pytest.raises(DataError, match=complaint):
        revision_days(history, least=0.01)
