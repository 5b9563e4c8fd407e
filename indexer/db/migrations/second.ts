/** Marks, which no event tells, and the curves that are made of them. */
export const second = `
create table mark_samples (
  time timestamptz not null,
  height bigint not null,
  underlying text not null,
  names text[] not null,
  marks_uusd bigint[] not null,
  vols_bp integer[] not null
);
create index mark_samples_by_time on mark_samples (underlying, time);

create table equity (
  time timestamptz not null,
  height bigint not null,
  owner text not null,
  subaccount bigint not null,
  equity_uusd bigint not null,
  cash_uusd bigint not null,
  net_deposits_uusd bigint not null
);
create index equity_by_owner on equity (owner, subaccount, time);

create view marks as
  select time, height, underlying, m.name as series, m.mark_uusd, m.vol_bp
  from mark_samples, unnest(names, marks_uusd, vols_bp) as m (name, mark_uusd, vol_bp);
`;
