import { useChannel } from './streams.ts';

/** An underlying's index as its channel tells it. */
export interface IndexPrice {
  /** In base units of a dollar; absent before the first quorum. */
  readonly indexUusd?: string;
  readonly seenMs: string;
  readonly confidencePpm: number;
  readonly dispersionPpm: number;
  readonly status: number;
}

/** What an underlying's channel tells; what there is not yet is absent. */
interface OracleDocument {
  readonly price?: IndexPrice;
  readonly volIndex?: { readonly volPpm?: number };
}

export interface Levels {
  /** In base units of a dollar. */
  readonly indexUusd: string | undefined;
  /** The 30-day implied volatility in millionths a year. */
  readonly volIndexPpm: number | undefined;
}

function useOracle(underlying: string | null): OracleDocument | null {
  const { document } = useChannel(underlying === null ? null : `oracle:${underlying}`);
  return document.value;
}

/** An underlying's index as it is now. */
export function useIndexPrice(underlying: string): IndexPrice | undefined {
  return useOracle(underlying)?.price;
}

/** Index and volatility index of an underlying as they are now; null for none. */
export function useLevels(underlying: string | null): Levels {
  const told = useOracle(underlying);
  return { indexUusd: told?.price?.indexUusd, volIndexPpm: told?.volIndex?.volPpm };
}
