/** `/tenor/v1/surface/UNDERLYING`, as far as it is shown; base units are texts. */
export interface SurfaceAnswer {
  readonly feeds: readonly Feed[];
}

export interface Feed {
  readonly kind: 'index' | 'forward' | 'surface' | 'stablecoin' | 'none';
  readonly expiry: string | null;
  readonly expirySeconds: string | null;
  readonly statusName: string;
  readonly ageMs: string;
  readonly dispersionPpm: number;
  readonly confidencePpm: number;
  readonly priceUusd: string | null;
}

/** The document of `surface:UNDERLYING`. */
export interface SurfaceDocument {
  readonly surface?: {
    readonly timeMs: string;
    readonly rows: readonly {
      readonly expirySeconds: string;
      readonly forwardUusd: string;
      readonly variances: readonly number[];
    }[];
  };
  readonly smiles: Readonly<Record<string, Smile>>;
}

export interface Smile {
  readonly expirySeconds: string;
  readonly forwardUusd: string;
  readonly years: number;
  /** ln(K/F). */
  readonly moneyness: readonly number[];
  readonly vols: readonly number[];
}

/** By expiry, the next one first. */
export const smilesOf = (document: SurfaceDocument | null): readonly Smile[] =>
  Object.values(document?.smiles ?? {}).sort(
    (a, b) => Number(a.expirySeconds) - Number(b.expirySeconds),
  );
