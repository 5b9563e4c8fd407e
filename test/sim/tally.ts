/** What a run did, so that a reader sees that it did something. */
export interface Tally {
  blocks: number;
  accepted: number;
  refused: number;
  trades: number;
  settlements: number;
  judged: number;
  undecided: number;
  /** Resting orders that were given another price or size, actions of batches, market orders. */
  replaced: number;
  batched: number;
  market: number;
  /** Orders by volatility that came, and their fills as makers. */
  byVol: number;
  volsFilled: number;
  /** To their bounds and away from them. */
  volsMoved: number;
  /** Orders sent again, names of others' orders, orders named by their client's name. */
  sentAgain: number;
  namesTaken: number;
  byName: number;
  /** Auctions of books that began and ended, meetings in them, cancels that they refused. */
  callsBegun: number;
  callsEnded: number;
  metInCalls: number;
  heldByAuctions: number;
  /** Blocks that had no room for all of a clearing. */
  callsGoingOn: number;
  /** Takers that waited for a block, and were refused then. */
  delayed: number;
  delaysRefused: number;
  /** Takers that found too many waiting, and turns that did not come in a block. */
  queueFull: number;
  delayedAgain: number;
  /** Dead-man switches that ran out, and orders that they took. */
  switchesFired: number;
  takenBySwitches: number;
  /** Triggers that fired, those that took the other of a pair along, orders refused then. */
  triggersFired: number;
  pairsFired: number;
  triggersRefused: number;
  /** Quotes set, refused by the market, kept out by a freeze; their fills; groups pulled. */
  quoted: number;
  quotesRefused: number;
  quotesFrozen: number;
  quotesFilled: number;
  groupsPulled: number;
  /** Referrers that were paid at the end of a block. */
  referred: number;
  /** Accounts that came under liquidation, and those that were their owners' again. */
  flags: number;
  releases: number;
  liquidationTrades: number;
  bids: number;
  /** Clearings in which bidders took something over, by kind. */
  soldSolvent: number;
  soldInsolvent: number;
  /** Positions closed against the other side, and gains that paid for others' losses. */
  deleveraged: number;
  lossesShared: number;
  /** Entries and exits of underwriters that were carried out. */
  underwritten: number;
  switches: number;
  outages: number;
  /**
   * Orders that were refused for want of prices, auctions that these began when they were back,
   * accounts under liquidation that could be judged in part, or not at all.
   */
  withoutPrices: number;
  callsByPrices: number;
  judgedInPart: number;
  /** Underlyings that governance stopped, or let trade again; orders refused meanwhile. */
  governed: number;
  whileDisabled: number;
}

export const emptyTally = (): Tally => ({
  ...{ blocks: 0, accepted: 0, refused: 0, trades: 0, settlements: 0, judged: 0, undecided: 0 },
  ...{ replaced: 0, batched: 0, market: 0, sentAgain: 0, namesTaken: 0, byName: 0 },
  ...{ byVol: 0, volsFilled: 0, volsMoved: 0 },
  ...{ callsBegun: 0, callsEnded: 0, metInCalls: 0, heldByAuctions: 0, callsGoingOn: 0 },
  ...{ delayed: 0, delaysRefused: 0, queueFull: 0, delayedAgain: 0 },
  ...{ switchesFired: 0, takenBySwitches: 0, referred: 0 },
  ...{ triggersFired: 0, pairsFired: 0, triggersRefused: 0 },
  ...{ quoted: 0, quotesRefused: 0, quotesFrozen: 0, quotesFilled: 0, groupsPulled: 0 },
  ...{ flags: 0, releases: 0, liquidationTrades: 0, bids: 0, soldSolvent: 0, soldInsolvent: 0 },
  ...{ deleveraged: 0, lossesShared: 0, underwritten: 0, switches: 0, outages: 0 },
  ...{ withoutPrices: 0, callsByPrices: 0, judgedInPart: 0 },
  ...{ governed: 0, whileDisabled: 0 },
});
