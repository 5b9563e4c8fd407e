import { QueryMarksRequest, QueryMarksResponse } from '../../proto/gen/tenor.margin.v1.ts';
import { QueryVolIndexRequest, QueryVolIndexResponse } from '../../proto/gen/tenor.oracle.v1.ts';
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

const MARKS = '/tenor.margin.v1.Query/Marks';
const VOL_INDEX = '/tenor.oracle.v1.Query/VolIndex';
/** The chain knows volatilities in units of 1e-4 a year. */
const VOL_UNITS = 10_000;

/** Marks and the volatility index by `abci_query`: two questions an underlying. */
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
    const query = (path: string, asked: Uint8Array) => {
      const data = Buffer.from(asked).toString('hex');
      return { method: 'abci_query', params: { path, data, height: String(height) } };
    };
    const calls = underlyings.flatMap((underlying) => [
      query(MARKS, QueryMarksRequest.encode({ underlying, expirySeconds: 0n, symbol: '' })),
      query(VOL_INDEX, QueryVolIndexRequest.encode({ underlying })),
    ]);
    const answers = (await callAll(this.#url, calls).catch(nullWhenGone)) as Answer[] | null;
    if (answers === null) return null;
    const [marks, indices] = [0, 1].map((nth) => answers.filter((_, i) => i % 2 === nth));
    if (marks!.some((answer) => !isTold(answer))) return null;
    return marks!.flatMap(({ response }, i) => {
      const found = marksOf(underlyings[i]!, response.value ?? '');
      return found.names.length === 0 ? [] : [{ ...found, ...volIndexOf(indices![i]!) }];
    });
  }
}

const isTold = ({ response }: Answer): boolean => (response.code ?? 0) === 0;

const bytesOf = (value: string | null): Uint8Array =>
  Uint8Array.from(Buffer.from(value ?? '', 'base64'));

/** A node of an earlier program does not know it. */
function volIndexOf(answer: Answer): Pick<Marks, 'volIndexPpm'> {
  if (!isTold(answer)) return {};
  const { index } = QueryVolIndexResponse.decode(bytesOf(answer.response.value));
  return index === undefined ? {} : { volIndexPpm: index.volPpm };
}

/** A node that cannot tell them has none; one that is down is asked again. */
function nullWhenGone(error: unknown): null {
  if (error instanceof SourceError && !error.isPassing) return null;
  throw error;
}

function marksOf(underlying: string, value: string): Marks {
  const { marks } = QueryMarksResponse.decode(bytesOf(value));
  const known = marks.filter(({ markUusd }) => markUusd !== undefined);
  return {
    underlying,
    names: known.map(({ symbol }) => symbol),
    marksUusd: known.map(({ markUusd }) => markUusd!),
    volsBp: known.map(({ vol }) => (vol === undefined ? null : Math.round(vol * VOL_UNITS))),
  };
}
