import { signal } from '@preact/signals';
import type { Rules } from '../format/ticks.ts';
import { getJson } from './network.ts';

interface Params {
  readonly params: {
    readonly options: { readonly underlyings: readonly ({ readonly symbol: string } & Rules)[] };
  };
}

const RETRY_MS = 3_000;

/** By underlying. */
const rules = signal<Readonly<Record<string, Rules>>>({});
let asked: Promise<void> | undefined;

/** Of an underlying; undefined until they are known. */
export function rulesOf(underlying: string): Rules | undefined {
  asked ??= getJson<Params>('/tenor/v1/params?module=options')
    .then(({ params }) => {
      const entries = params.options.underlyings.map((each) => [each.symbol, each] as const);
      rules.value = Object.fromEntries(entries);
    })
    .catch(() => {
      // Asked again in a while, by whoever is drawn then.
      setTimeout(() => (asked = undefined), RETRY_MS);
    });
  return rules.value[underlying];
}
