import { useChannel } from './streams.ts';

/** What an underlying's channel tells; what there is not yet is absent. */
interface OracleDocument {
  readonly price?: { readonly indexUusd?: string };
  readonly volIndex?: { readonly volPpm?: number };
}

export interface Levels {
  /** In base units of a dollar. */
  readonly indexUusd: string | undefined;
  /** The 30-day implied volatility in millionths a year. */
  readonly volIndexPpm: number | undefined;
}

/** Index and volatility index of an underlying as they are now; null for none. */
export function useLevels(underlying: string | null): Levels {
  const { document } = useChannel(underlying === null ? null : `oracle:${underlying}`);
  const told = document.value as OracleDocument | null;
  return { indexUusd: told?.price?.indexUusd, volIndexPpm: told?.volIndex?.volPpm };
}
