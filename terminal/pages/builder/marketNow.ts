import { useLevels } from '../../store/oracle.ts';
import { block } from '../../store/streams.ts';
import { usePolled } from '../../store/polled.ts';
import type { MarketNow } from './plan.ts';

interface Expiries {
  readonly expiries: readonly {
    readonly expirySeconds: string;
    readonly coveredMs: string;
    readonly weightedSum: string;
  }[];
}

interface Params {
  readonly params: {
    readonly options?: { readonly settlementWindowSeconds?: string | number } | null;
  };
}

const USD = 1e6;
const POLL_MS = 5_000;
const HOUR_MS = 3_600_000;
const DEFAULT_WINDOW = 1_800;

/** The index, the chain's time, and how much of an expiry's settlement average is already in. */
export function useMarketNow(underlying: string): (expirySeconds: string) => MarketNow {
  const { indexUusd } = useLevels(underlying);
  const { answer } = usePolled<Expiries>(`/tenor/v1/chain/${underlying}`, POLL_MS).value;
  const rules = usePolled<Params>('/tenor/v1/params?module=options', HOUR_MS).value.answer;
  const window = Number(rules?.params.options?.settlementWindowSeconds ?? DEFAULT_WINDOW);
  const base = {
    index: Number(indexUusd ?? 0) / USD,
    seconds: block.value.timeMs / 1_000,
    windowSeconds: window > 0 ? window : DEFAULT_WINDOW,
  };
  return (expirySeconds) => {
    const expiry = answer?.expiries.find((one) => one.expirySeconds === expirySeconds);
    return {
      ...base,
      weightedSum: Number(expiry?.weightedSum ?? 0) / USD / 1_000,
      weightSeconds: Number(expiry?.coveredMs ?? 0) / 1_000,
    };
  };
}
