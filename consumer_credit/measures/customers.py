"""What a customer is worth and costs: lifetime value, dormant customers, and who is over-represented.

Unit economics in the article's own terms, in closed form. Margins, retention and costs are assumptions and
parameters of the edition; what companies publish of their customers is in `funnel`. Money is in whole units,
shares and rates are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

from consumer_credit.errors import DataError


@dataclass(frozen=True)
class Economics:
    """What one customer earns and costs.

    Attributes:
        margin: money an active customer earns in a year.
        lifetime: the present value of those margins (money).
        cost: what one active customer costs, dormant ones included (money).
        value_to_cost: `lifetime` over `cost`; above 1 the customer pays.
        break_even_dormancy: the dormant share at which the two are equal (fraction); negative when a
            customer would not pay even if none were dormant.
    """

    margin: float
    lifetime: float
    cost: float
    value_to_cost: float
    break_even_dormancy: float


def lifetime_value(*, margin: float, retention: float, discount: float, years: int | None = None) -> float:
    """The present value of a customer's margins: Σ margin × retention^(t−1) / (1 + discount)^t over years t
    = 1, 2 …

    Margins are earned in arrears, as interest is; a customer is there in the first year and stays on with
    the same probability each year. Without `years` the sum is endless: margin / (1 + discount − retention).

    Args:
        margin: money a year after funding, losses and servicing. retention: share that stays (0 to 1).
            discount: a year (> 0).

    Raises:
        DataError: an assumption is out of bounds.

    Source: Gupta and Lehmann, "Customers as Assets", Journal of Interactive Marketing 17 (2003), with the
        first margin certain.
    """
    _share(retention, "retention")
    if not discount > 0 or (years is not None and years < 1):
        raise DataError(
            "discount and years must be positive", where="lifetime value", remedy="check the assumptions"
        )
    endless = margin / (1 + discount - retention)
    return endless if years is None else endless * (1 - (retention / (1 + discount)) ** years)


def economics(
    *, loan: float, margin: float, churn: float, discount: float, cost: float, dormant_share: float
) -> Economics:
    """What a customer is worth over what winning an active one costs, in closed form.

    The yearly margin is loan × margin; lifetime value is that over (discount + churn), `lifetime_value`
    with retention 1 − churn and no end; an active customer costs cost / (1 − dormant share).

    Args:
        loan: outstanding for each active customer (money). margin: a year after funding, losses and
            servicing (fraction of the loan). churn: share that leaves in a year (0 to 1). discount: a year
            (> 0). cost: of winning one customer, active afterwards or not (money). dormant_share: of those
            won, the share that never becomes active (0 to below 1).

    Raises:
        DataError: an assumption is out of bounds, or a customer earns nothing.
    """
    yearly = loan * margin
    lifetime = lifetime_value(margin=yearly, retention=1 - churn, discount=discount)
    if not lifetime > 0:
        raise DataError("a customer earns nothing", where="economics", remedy="give a margin above 0")
    each = effective_cost(cost=cost, dormant_share=dormant_share)
    return Economics(
        margin=yearly,
        lifetime=lifetime,
        cost=each,
        value_to_cost=value_to_cost(lifetime=lifetime, acquisition_cost=each),
        break_even_dormancy=1 - cost / lifetime,
    )


def value_to_cost(*, lifetime: float, acquisition_cost: float) -> float:
    """Lifetime value over what winning the customer costs; above 1 the customer pays.

    Raises:
        DataError: the cost is not positive.
    """
    if not acquisition_cost > 0:
        raise DataError("the cost is not positive", where="acquisition", remedy="check the assumption")
    return lifetime / acquisition_cost


def affinity_index(*, share_here: float, share_at_large: float) -> float:
    """How over-represented a group is: 100 × its share here over its share at large; 100 is par.

    Args:
        share_here, share_at_large: fractions, e.g. of iOS devices on the platform and of Apple in the
            market's shipments.

    Raises:
        DataError: a share is outside 0 to 1, or the share at large is 0.
    """
    _share(share_here, "share here")
    _share(share_at_large, "share at large")
    if share_at_large == 0:
        raise DataError("the share at large is 0", where="affinity", remedy="check the series")
    return 100 * share_here / share_at_large


def odds_ratio(*, share_here: float, share_at_large: float) -> float:
    """The same comparison in odds: (share : rest) here over (share : rest) at large, as "1 : 1 against 1 :
    9" is put.

    Raises:
        DataError: a share is not strictly between 0 and 1.
    """
    for share in (share_here, share_at_large):
        if not 0 < share < 1:
            raise DataError("a share is not between 0 and 1", where="affinity", remedy="give a fraction")
    return (share_here / (1 - share_here)) / (share_at_large / (1 - share_at_large))


def effective_cost(*, cost: float, dormant_share: float) -> float:
    """What one active customer costs when a share of those won never wakes: cost / (1 − dormant share).

    Raises:
        DataError: the dormant share is not in [0, 1), or the cost is negative.
    """
    _dormant(dormant_share)
    if cost < 0:
        raise DataError("the cost is negative", where="acquisition", remedy="check the assumption")
    return cost / (1 - dormant_share)


def extra_acquisition(dormant_share: float) -> float:
    """How many more must be won, relative to the number of active customers wanted: d / (1 − d).

    With three in ten dormant it is 3/7, some 43 % and not 30 %: those won in addition are dormant in the
    same proportion.

    Raises:
        DataError: the dormant share is not in [0, 1).
    """
    _dormant(dormant_share)
    return dormant_share / (1 - dormant_share)


def value_of_activation(*, customers: float, points: float, loan_per_active: float) -> float:
    """The loans that waking `points` percentage points of `customers` brings: customers × points / 100 ×
    loan per active one.

    Args:
        customers: all of them, active or not. points: percentage points, 1 for one. loan_per_active: money.

    Raises:
        DataError: an argument is negative, or more than all would be woken.
    """
    if min(customers, points, loan_per_active) < 0 or points > 100:
        raise DataError(
            "an argument is out of bounds", where="activation", remedy="give 0 ≤ points ≤ 100, no negatives"
        )
    return customers * points / 100 * loan_per_active


def _share(value: float, name: str) -> None:
    if not 0 <= value <= 1:
        raise DataError(f"the {name} is not between 0 and 1", where="customers", remedy="give a fraction")


def _dormant(value: float) -> None:
    if not 0 <= value < 1:
        raise DataError(
            "the dormant share is not in [0, 1)", where="customers", remedy="give a fraction below 1"
        )
