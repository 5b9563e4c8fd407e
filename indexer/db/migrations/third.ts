/**
 * What tells the chain of a history from another of the same name; and series by their id: one that
 * nobody traded leaves the list, and may come back under its name as another one. Of series and
 * orders from before it the id is not known.
 */
export const third = `
alter table progress add column genesis_hash text;

alter table series drop constraint series_pkey;
alter table series
  add column series_id bigint unique,
  add column removed_height bigint,
  add column removed_at timestamptz;
create index series_by_name on series (series, listed_height desc);

alter table orders add column series_id bigint;
`;
