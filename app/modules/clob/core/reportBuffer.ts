import { ReusedReport } from './reusedReport.ts';
import type { Report, ReportSink } from './types.ts';

/** Doubles a report takes in a buffer: its fields, in the order of `Report`. */
export const REPORT_WIDTH = 13;

/**
 * Reports in an array of the caller's, a row of `REPORT_WIDTH` doubles each: pass `sink` to the
 * book, read the rows afterwards. Nothing is allocated. A message makes at most two reports more
 * than it may meet makers, and an uncrossing two a meeting. Where a report has no room the sink
 * throws RangeError, which undoes the message as a whole; `truncate` to the length before it.
 */
export class ReportBuffer {
  readonly rows: Float64Array;
  /** Reports it has room for. */
  readonly capacity: number;
  readonly sink: ReportSink;
  #length = 0;

  /** Throws RangeError where the array has no room for a single report. */
  constructor(rows: Float64Array) {
    this.rows = rows;
    this.capacity = Math.floor(rows.length / REPORT_WIDTH);
    if (this.capacity < 1) {
      throw new RangeError(`clob: a report buffer needs ${REPORT_WIDTH} doubles a report`);
    }
    this.sink = (report) => this.#push(report);
  }

  /** Reports in it. */
  get length(): number {
    return this.#length;
  }

  /** Forgets all but the first reports. */
  truncate(length = 0): void {
    if (!Number.isSafeInteger(length) || length < 0 || length > this.#length) {
      throw new RangeError(`clob: the report buffer holds ${this.#length} reports`);
    }
    this.#length = length;
  }

  /** Copies a report into an object, a new one unless given. */
  read(index: number, into: Report = new ReusedReport()): Report {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#length) {
      throw new RangeError(`clob: the report buffer has no report ${index}`);
    }
    const { rows } = this;
    const at = index * REPORT_WIDTH;
    into.kind = rows[at]!;
    into.id = rows[at + 1]!;
    into.owner = rows[at + 2]!;
    into.tag = rows[at + 3]!;
    into.side = rows[at + 4]!;
    into.price = rows[at + 5]!;
    into.size = rows[at + 6]!;
    into.remaining = rows[at + 7]!;
    into.code = rows[at + 8]!;
    into.makerId = rows[at + 9]!;
    into.makerOwner = rows[at + 10]!;
    into.makerTag = rows[at + 11]!;
    into.makerRemaining = rows[at + 12]!;
    return into;
  }

  #push(report: Readonly<Report>): void {
    if (this.#length === this.capacity) throw new RangeError('clob: the report buffer is full');
    const { rows } = this;
    const at = this.#length++ * REPORT_WIDTH;
    rows[at] = report.kind;
    rows[at + 1] = report.id;
    rows[at + 2] = report.owner;
    rows[at + 3] = report.tag;
    rows[at + 4] = report.side;
    rows[at + 5] = report.price;
    rows[at + 6] = report.size;
    rows[at + 7] = report.remaining;
    rows[at + 8] = report.code;
    rows[at + 9] = report.makerId;
    rows[at + 10] = report.makerOwner;
    rows[at + 11] = report.makerTag;
    rows[at + 12] = report.makerRemaining;
  }
}
