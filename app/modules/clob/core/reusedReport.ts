import type { Report } from './types.ts';

/**
 * A start value no small integer has, so that the engine keeps the field as a double it can write
 * in place.
 */
const DOUBLE = Number.NaN;

/** The one report object of a book. It is written for each event, and never allocated again. */
export class ReusedReport implements Report {
  kind = DOUBLE;
  id = DOUBLE;
  owner = DOUBLE;
  tag = DOUBLE;
  side = DOUBLE;
  price = DOUBLE;
  size = DOUBLE;
  remaining = DOUBLE;
  code = DOUBLE;
  makerId = DOUBLE;
  makerOwner = DOUBLE;
  makerTag = DOUBLE;
  makerRemaining = DOUBLE;
}
