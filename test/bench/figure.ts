/** A line that a bench prints; scripts/bench.mjs records it. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What the value stands beside, of the same run. */
  peer?: string;
  peerValue?: number;
  ratio?: number;
  /** Of a peer whose time was up before the end: the ratio is on these. */
  peerMessages?: number;
}

export type Emit = (figure: Figure) => void;
