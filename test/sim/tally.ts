/** What a run did, so that a reader sees that it did something. */
export interface Tally {
  blocks: number;
  accepted: number;
  refused: number;
  trades: number;
  settlements: number;
  flags: number;
  judged: number;
  undecided: number;
}
