/** The schema as it began. A released migration is never changed: the next one is a file. */
export const first = `
create table progress (
  one boolean primary key default true check (one),
  chain_id text not null,
  first_height bigint not null,
  height bigint not null,
  time timestamptz,
  hash text
);

create table blocks (
  height bigint primary key,
  time timestamptz not null,
  hash text not null,
  txs integer not null,
  failed_txs integer not null
);

create table series (
  series text primary key,
  underlying text not null,
  expiry timestamptz not null,
  strike_uusd bigint not null,
  kind text not null,
  listed_height bigint not null,
  listed_at timestamptz not null
);
create index series_by_expiry on series (underlying, expiry);

create table expiries (
  underlying text not null,
  expiry timestamptz not null,
  settlement_uusd bigint not null,
  covered_ms bigint not null,
  priced_height bigint not null,
  priced_at timestamptz not null,
  paid_out_uusd bigint,
  settled_height bigint,
  settled_at timestamptz,
  primary key (underlying, expiry)
);

create table orders (
  order_id bigint not null,
  series text not null,
  owner text not null,
  subaccount bigint not null,
  side text not null,
  price_uusd bigint not null,
  quantity bigint not null,
  filled bigint not null,
  filled_uusd bigint not null,
  fee_uusd bigint not null,
  status text not null,
  reason text,
  time_in_force text not null,
  reduce_only boolean not null,
  liquidation boolean not null,
  vol_bp integer,
  bound_uusd bigint,
  client_order_id text,
  placed_height bigint not null,
  placed_at timestamptz not null,
  tx_hash text,
  changed_height bigint not null,
  changed_at timestamptz not null
);
create index orders_by_id on orders (order_id);
create index orders_by_owner on orders (owner, subaccount, order_id);
create index orders_open on orders (order_id) where status = 'open';

create table trades (
  height bigint not null,
  idx integer not null,
  time timestamptz not null,
  trade_id bigint not null,
  series text not null,
  underlying text not null,
  price_uusd bigint not null,
  quantity bigint not null,
  premium_uusd bigint not null,
  taker_side text not null,
  maker text not null,
  maker_subaccount bigint not null,
  maker_order_id bigint not null,
  maker_fee_uusd bigint not null,
  taker text not null,
  taker_subaccount bigint not null,
  taker_order_id bigint not null,
  taker_fee_uusd bigint not null,
  fund_fee_uusd bigint not null,
  referrers_fee_uusd bigint not null,
  treasury_fee_uusd bigint not null,
  validators_fee_uusd bigint not null,
  liquidation boolean not null,
  tx_hash text
);
create index trades_by_series on trades (series, height, idx);
create index trades_by_underlying on trades (underlying, height, idx);
create index trades_by_time on trades (time);

create table fills (
  height bigint not null,
  idx integer not null,
  time timestamptz not null,
  owner text not null,
  subaccount bigint not null,
  series text not null,
  underlying text not null,
  kind text not null,
  side text not null,
  price_uusd bigint not null,
  quantity bigint not null,
  premium_uusd bigint not null,
  fee_uusd bigint not null,
  realised_uusd bigint not null,
  position bigint not null,
  cash_uusd bigint not null,
  role text,
  trade_id bigint,
  order_id bigint,
  counterparty text not null,
  tx_hash text
);
create index fills_by_owner on fills (owner, subaccount, height, idx);
create index fills_by_order on fills (order_id) where order_id is not null;
create index fills_by_time on fills (time);

create table candles (
  kind text not null,
  name text not null,
  seconds integer not null,
  start timestamptz not null,
  open bigint not null,
  high bigint not null,
  low bigint not null,
  close bigint not null,
  quantity bigint not null,
  premium_uusd bigint not null,
  trades bigint not null,
  primary key (kind, name, seconds, start)
);

create table subaccounts (
  owner text not null,
  subaccount bigint not null,
  subaccount_id bigint not null,
  cash_uusd bigint not null,
  deposited_uusd bigint not null,
  withdrawn_uusd bigint not null,
  realised_uusd bigint not null,
  fees_uusd bigint not null,
  other_uusd bigint not null,
  mode text not null,
  opened_height bigint not null,
  opened_at timestamptz not null,
  primary key (owner, subaccount)
);

create table positions (
  owner text not null,
  subaccount bigint not null,
  series text not null,
  quantity bigint not null,
  cost_uusd bigint not null,
  changed_height bigint not null,
  changed_at timestamptz not null,
  primary key (owner, subaccount, series)
);

create table transfers (
  height bigint not null,
  idx integer not null,
  time timestamptz not null,
  owner text not null,
  subaccount bigint not null,
  kind text not null,
  amount_uusd bigint not null,
  cash_uusd bigint not null,
  counterparty text,
  tx_hash text
);
create index transfers_by_owner on transfers (owner, subaccount, height, idx);

create table settlements (
  height bigint not null,
  idx integer not null,
  time timestamptz not null,
  owner text not null,
  subaccount bigint not null,
  underlying text not null,
  expiry timestamptz not null,
  settlement_uusd bigint not null,
  payout_uusd bigint not null,
  fee_uusd bigint not null,
  realised_uusd bigint not null,
  cash_uusd bigint not null
);
create index settlements_by_owner on settlements (owner, subaccount, height, idx);
create index settlements_by_expiry on settlements (underlying, expiry);

create table liquidations (
  height bigint not null,
  time timestamptz not null,
  owner text not null,
  subaccount bigint not null,
  subaccount_id bigint not null,
  maintenance_uusd bigint not null,
  steps bigint not null,
  released_height bigint,
  released_at timestamptz,
  paid_uusd bigint not null,
  fee_uusd bigint not null,
  fund_uusd bigint not null,
  shared_uusd bigint not null
);
create index liquidations_by_owner on liquidations (owner, subaccount, height);
create index liquidations_open on liquidations (subaccount_id) where released_height is null;

create table liquidation_events (
  height bigint not null,
  idx integer not null,
  time timestamptz not null,
  subaccount_id bigint not null,
  event text not null,
  attributes jsonb not null
);
create index liquidation_events_by_account on liquidation_events (subaccount_id, height, idx);

create table index_prices (
  height bigint not null,
  time timestamptz not null,
  underlying text not null,
  index_uusd bigint not null
);
create index index_prices_by_time on index_prices (underlying, time);

create table oracle_reports (
  height bigint not null,
  idx integer not null,
  time timestamptz not null,
  event text not null,
  feed text,
  status text,
  validator text,
  findings text,
  penalty_power bigint
);
create index oracle_reports_by_time on oracle_reports (time);

create view account_history as
  select height, idx, time, owner, subaccount, kind, null::text as series,
    case kind when 'withdraw' then -amount_uusd else amount_uusd end as change_uusd,
    0::bigint as fee_uusd, cash_uusd, null::text as side, null::bigint as quantity,
    null::bigint as price_uusd, tx_hash from transfers
  union all
  select height, idx, time, owner, subaccount, kind, series,
    case side when 'buy' then -premium_uusd else premium_uusd end - fee_uusd,
    fee_uusd, cash_uusd, side, quantity, price_uusd, tx_hash from fills
  union all
  select height, idx, time, owner, subaccount, 'settlement', underlying,
    payout_uusd - fee_uusd, fee_uusd, cash_uusd, null, null, settlement_uusd, null
    from settlements;

create view account_results as
  select time, owner, subaccount, realised_uusd, fee_uusd, 0::bigint as other_uusd,
    case side when 'buy' then -premium_uusd else premium_uusd end as premium_uusd,
    1::bigint as fills from fills
  union all
  select time, owner, subaccount, realised_uusd, fee_uusd, 0, 0, 0 from settlements
  union all
  select time, owner, subaccount, 0, 0, amount_uusd, 0, 0 from transfers
    where kind not in ('deposit', 'withdraw');
`;
