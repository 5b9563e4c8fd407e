import type { Bid, Pass } from './decide.ts';

interface Of {
  readonly height: number;
  readonly accountId: bigint;
}

/** What a bidder tells of its work. */
export type BidderEvent =
  | { readonly kind: 'started'; readonly owner: string; readonly subaccount: number }
  | { readonly kind: 'deposited'; readonly amountUusd: bigint }
  | ({ readonly kind: 'bid'; readonly isInsolvent: boolean } & Of & Bid)
  /** Cleared: the part of the account that it got; 0: others were better. */
  | ({ readonly kind: 'cleared'; readonly filledPpb: bigint } & Of)
  /** Told once for each reason. */
  | ({ readonly kind: 'passed'; readonly why: Pass } & Of)
  | ({
      readonly kind: 'refused';
      readonly codespace: string;
      readonly code: number;
      readonly message: string;
    } & Of)
  /** Its answer is lost: nothing is bid until it cannot come any more. */
  | ({ readonly kind: 'lost'; readonly message: string } & Of)
  /** The node does not answer, or not as one does; told once until it does. */
  | { readonly kind: 'trouble'; readonly message: string }
  | { readonly kind: 'stopped'; readonly totals: Totals };

export type Report = (event: BidderEvent) => void;

/** Of one life of a bidder. */
export interface Totals {
  readonly bids: number;
  readonly filled: number;
  readonly refused: number;
  readonly lost: number;
}

/** Passes events on, and counts them. */
export class Tally {
  readonly #report: Report;
  #totals: Totals = { bids: 0, filled: 0, refused: 0, lost: 0 };

  constructor(report: Report) {
    this.#report = report;
  }

  get totals(): Totals {
    return this.#totals;
  }

  readonly add: Report = (event) => {
    const { bids, filled, refused, lost } = this.#totals;
    this.#totals = {
      bids: bids + Number(event.kind === 'bid'),
      filled: filled + Number(event.kind === 'cleared' && event.filledPpb > 0n),
      refused: refused + Number(event.kind === 'refused'),
      lost: lost + Number(event.kind === 'lost'),
    };
    this.#report(event);
  };
}
