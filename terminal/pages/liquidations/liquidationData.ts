/** The document of `liquidations`, as far as it is shown. */
export interface LiquidationsDocument {
  readonly flags: Readonly<Record<string, Flag>>;
  readonly deficits: Readonly<Record<string, { readonly amountUusd: string }>>;
}

export interface Flag {
  readonly subaccountId: string;
  readonly owner: string;
  readonly number: number;
  readonly sinceHeight: string;
  readonly maintenanceUusd: string;
  readonly steps: number;
  readonly auction?: Auction;
}

export interface Auction {
  /** 0: solvent, 1: insolvent. */
  readonly kind: number;
  readonly version: string;
  readonly startHeight: string;
  readonly lastClearing?: {
    readonly height: string;
    readonly pricePpm?: number;
    readonly fractionPpb: number;
    readonly paidUusd: string;
  };
}

/** `/tenor/v1/liquidations/ID/auction`. */
export interface AuctionAnswer {
  readonly flag: Flag;
  readonly terms: Terms | null;
  readonly bids: readonly {
    readonly bidderId: string;
    readonly fractionPpb: number;
    readonly limitPpm: number;
    readonly leastPayoutUusd: string;
  }[];
}

export interface Terms {
  readonly markToMarketUusd: string;
  readonly maintenanceUusd: string;
  readonly bufferUusd: string;
  readonly bufferMarginUusd: string;
  readonly bidInUusd: string;
  readonly age: string;
  readonly discountPpm: number;
  readonly fractionPpb: number;
  readonly feeUusd: string;
  readonly payoutUusd: string;
  readonly worstUusd: string;
  readonly payableUusd: string;
  readonly isOpen: boolean;
}

/** `/tenor/v1/liquidations/ID/steps`. */
export interface StepsAnswer {
  readonly steps: readonly Step[];
}

export interface Step {
  readonly sequence: string;
  readonly height: string;
  readonly timeSeconds: string;
  readonly happenings: readonly {
    readonly type: string;
    readonly attributes: readonly { readonly key: string; readonly value: string }[];
  }[];
  readonly more: number;
}

export const PPM = 1_000_000;
export const PPB = 1_000_000_000;
export const isSolvent = ({ kind }: Auction): boolean => kind === 0;
