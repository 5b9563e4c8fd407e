/**
 * Candles and marks of a series are of its id: one that nobody traded may come back under its name
 * as another one. 0 is what has none: an index, and what was sampled before the id was known.
 */
export const sixth = `
alter table mark_samples add column series_ids bigint[];

alter table candles add column series_id bigint not null default 0;
update candles c set series_id = coalesce((
  select s.series_id from series s where s.series = c.name
    and (c.kind = 'trade' or s.listed_at < c.start + c.seconds * interval '1 second')
  order by s.listed_height desc limit 1
), 0) where kind in ('trade', 'mark');
alter table candles drop constraint candles_pkey;
alter table candles add primary key (kind, name, series_id, seconds, start);

create or replace view marks as
  select time, height, underlying, m.name as series, m.mark_uusd, m.vol_bp,
    coalesce(m.series_id, 0) as series_id
  from mark_samples, unnest(names, marks_uusd, vols_bp, series_ids)
    as m (name, mark_uusd, vol_bp, series_id);
`;
