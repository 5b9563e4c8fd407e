import { QueryMarksRequest, QueryMarksResponse } from '../../proto/gen/tenor.margin.v1.ts';
import { SourceError } from './facts.ts';
import type { Marks } from './facts.ts';
import { callAll, readable } from './jsonRpc.ts';

/** What no event tells: the node is asked for it at a height that it still has. */
export interface MarkSource {
  /** Of each underlying that has any; null when the node no longer has the height. */
  marksAt(height: number, underlyings: readonly string[]): Promise<readonly Marks[] | null>;
}

interface Answer {
  readonly response: { readonly code?: number; readonly value: string | null };
}

const PATH = '/tenor.margin.v1.Query/Marks';
/** The chain knows volatilities in units of 1e-4 a year. */
const VOL_UNITS = 10_000;

/** Marks by `abci_query`, all of an underlying in one question. */
export class RpcMarks implements MarkSource {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  marksAt(height: number, underlyings: readonly string[]): Promise<readonly Marks[] | null> {
    return readable(this.#url, this.#marksAt(height, underlyings));
  }

  async #marksAt(height: number, underlyings: readonly string[]): Promise<Marks[] | null> {
    if (underlyings.length === 0) return [];
    const calls = underlyings.map((underlying) => {
      const asked = QueryMarksRequest.encode({ underlying, expirySeconds: 0n, symbol: '' });
      const data = Buffer.from(asked).toString('hex');
      return { method: 'abci_query', params: { path: PATH, data, height: String(height) } };
    });
    const answers = (await callAll(this.#url, calls).catch(nullWhenGone)) as Answer[] | null;
    if (answers === null) return null;
    if (answers.some(({ response }) => (response.code ?? 0) !== 0)) return null;
    return answers.flatMap(({ response }, i) => {
      const found = marksOf(underlyings[i]!, response.value ?? '');
      return found.names.length === 0 ? [] : [found];
    });
  }
}

/** A node that cannot tell them has none; one that is down is asked again. */
function nullWhenGone(error: unknown): null {
  if (error instanceof SourceError && !error.isPassing) return null;
  throw error;
}

function marksOf(underlying: string, value: string): Marks {
  const { marks } = QueryMarksResponse.decode(Uint8Array.from(Buffer.from(value, 'base64')));
  const known = marks.filter(({ markUusd }) => markUusd !== undefined);
  return {
    underlying,
    names: known.map(({ symbol }) => symbol),
    marksUusd: known.map(({ markUusd }) => markUusd!),
    volsBp: known.map(({ vol }) => (vol === undefined ? null : Math.round(vol * VOL_UNITS))),
  };
}
