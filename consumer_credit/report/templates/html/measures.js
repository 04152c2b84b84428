// The measures that a reader may try, one for one as consumer_credit/measures defines them: same names, same arguments, same results.
const measures = (() => {
  const headroom = ({ ratio, target, gdp }) => (target - ratio) * gdp;
  const ratio_after = ({ ratio, loan_growth, gdp_growth, years }) => ratio * ((1 + loan_growth) / (1 + gdp_growth)) ** years;
  const headroom_after = ({ ratio, target, gdp, loan_growth, gdp_growth, years }) => headroom({
    ratio: ratio_after({ ratio, loan_growth, gdp_growth, years }), target, gdp: gdp * (1 + gdp_growth) ** years,
  });
  const lending_room = ({ ratio, target, gdp, gdp_growth, years }) => target * gdp * (1 + gdp_growth) ** years - ratio * gdp;
  const growth_needed = ({ ratio, target, gdp_growth, years }) => Math.expm1(Math.log(target / ratio) / years + Math.log1p(gdp_growth));
  const years_to_converge = ({ ratio, target, loan_growth, gdp_growth, target_growth = 0 }) => {
    const distance = Math.log(target / ratio);
    if (distance === 0) return 0;
    const pace = Math.log1p(loan_growth) - Math.log1p(gdp_growth) - Math.log1p(target_growth);
    return pace * distance > 0 ? distance / pace : null;
  };
  const transfer_pool = ({ outstanding, revolving_share, rate_spread }) => {
    const pool = outstanding * revolving_share;
    return { pool, saving: pool * rate_spread };
  };
  const economics = ({ loan, margin, churn, discount, cost, dormant_share }) => {
    const yearly = loan * margin;
    const lifetime = yearly / (1 + discount - (1 - churn));
    const each = cost / (1 - dormant_share);
    return { margin: yearly, lifetime, cost: each, value_to_cost: lifetime / each, break_even_dormancy: 1 - cost / lifetime };
  };
  const extra_acquisition = ({ dormant_share }) => dormant_share / (1 - dormant_share);
  const value_of_activation = ({ customers, points, loan_per_active }) => customers * points / 100 * loan_per_active;
  return {
    economics, extra_acquisition, growth_needed, headroom, headroom_after, lending_room, ratio_after, transfer_pool, value_of_activation,
    years_to_converge,
  };
})();
