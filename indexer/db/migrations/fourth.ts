/**
 * What accounts hold in the genesis of a chain that goes on from an export is an `opening`: it came
 * from another chain's history, and nobody earned it here.
 */
export const fourth = `
create or replace view account_results as
  select time, owner, subaccount, realised_uusd, fee_uusd, 0::bigint as other_uusd,
    case side when 'buy' then -premium_uusd else premium_uusd end as premium_uusd,
    1::bigint as fills from fills
  union all
  select time, owner, subaccount, realised_uusd, fee_uusd, 0, 0, 0 from settlements
  union all
  select time, owner, subaccount, 0, 0, amount_uusd, 0, 0 from transfers
    where kind not in ('deposit', 'withdraw', 'opening');
`;
