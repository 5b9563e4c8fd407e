/** A series as `ticker:` channels tell it (docs/streams.md): texts are base units. */
export interface StreamSeries {
  readonly id: string;
  readonly symbol: string;
  readonly openInterest: string;
  readonly mark?: {
    readonly markUusd?: string;
    readonly forward: number;
    readonly vol?: number;
    readonly delta?: number;
    readonly gamma?: number;
    readonly vega?: number;
    readonly theta?: number;
    readonly bandLowUusd: string;
    readonly bandHighUusd: string;
    readonly statusName: string;
  };
  readonly bid?: StreamLevel;
  readonly ask?: StreamLevel;
}

export interface StreamLevel {
  readonly priceUusd: string;
  readonly quantity: string;
  readonly orders: number;
}

/** An index as `oracle:` channels tell it. */
export interface StreamIndex {
  readonly indexUusd: string;
  readonly timeMs: string;
}
