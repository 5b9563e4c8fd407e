import { usePolled } from '../../store/polled.ts';

interface Prices {
  readonly prices: readonly {
    readonly underlying: string;
    readonly price: { readonly underlyingId: number } | null;
  }[];
}

const POLL_MS = 600_000;

/** What underlyings are called, by their numbers. */
export function useUnderlyingNames(): (id: number) => string {
  const { answer } = usePolled<Prices>('/tenor/v1/oracle/prices', POLL_MS).value;
  return (id) =>
    answer?.prices.find(({ price }) => price?.underlyingId === id)?.underlying ??
    `underlying ${id}`;
}
