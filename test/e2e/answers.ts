/** What the REST answers that the tests read look like: integers are decimal strings. */
export interface Votes {
  readonly votes: { readonly outliers: string }[];
}
export interface Prices {
  readonly prices: {
    readonly underlying: string;
    readonly price: { readonly indexUusd: string };
  }[];
}
export interface Markets {
  readonly markets: {
    readonly symbol: string;
    readonly kind: string;
    readonly expirySeconds: string;
    readonly strikeUusd: string;
    readonly mark: { readonly markUusd: string } | null;
  }[];
}
export interface Account {
  readonly subaccount: { readonly cashUusd: string };
  readonly positions: {
    readonly symbol: string;
    readonly position: { readonly quantity: string };
  }[];
  readonly orders: { readonly id: string }[];
  readonly margin: { readonly initialUusd: string; readonly maintenanceUusd: string };
}

/** Of `tenor verify settlement --samples --json`. */
export interface ProvedSettlement {
  readonly settlement: { readonly weightedSum: string };
  readonly samples: readonly {
    readonly priceUusd: string;
    readonly heldMs: string;
    readonly reportedPower: string;
    readonly quorumPower: string;
    readonly ageMs: string;
    readonly confidencePpm: number;
  }[];
}
