/**
 * One event may move several positions of an account and its cash: `part` says which of these a row
 * is, so that a place in the chain is of one row, and pages lose none. Rows from before it get
 * theirs in the order in which they were written.
 */
export const fifth = `
alter table fills add column part integer not null default 0;
alter table transfers add column part integer not null default 0;

update fills f set part = n.part from (
  select tableoid as t, ctid as c,
    row_number() over (partition by height, idx order by ctid) - 1 as part
  from fills where kind in ('takeover', 'deleverage')
) n where f.tableoid = n.t and f.ctid = n.c and n.part > 0;

update transfers t set part = n.part from (
  select r.tableoid as t, r.ctid as c,
    row_number() over (partition by r.height, r.idx order by r.ctid) - 1 + (
      select count(*) from fills f
      where f.time = r.time and f.height = r.height and f.idx = r.idx
    ) as part
  from transfers r where r.kind in ('takeover', 'loss_shared')
) n where t.tableoid = n.t and t.ctid = n.c and n.part > 0;

create or replace view account_history as
  select height, idx, time, owner, subaccount, kind, null::text as series,
    case kind when 'withdraw' then -amount_uusd else amount_uusd end as change_uusd,
    0::bigint as fee_uusd, cash_uusd, null::text as side, null::bigint as quantity,
    null::bigint as price_uusd, tx_hash, part from transfers
  union all
  select height, idx, time, owner, subaccount, kind, series,
    case side when 'buy' then -premium_uusd else premium_uusd end - fee_uusd,
    fee_uusd, cash_uusd, side, quantity, price_uusd, tx_hash, part from fills
  union all
  select height, idx, time, owner, subaccount, 'settlement', underlying,
    payout_uusd - fee_uusd, fee_uusd, cash_uusd, null, null, settlement_uusd, null, 0
    from settlements;
`;
