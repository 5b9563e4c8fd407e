import { SourceError } from './facts.ts';

export interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: string };
}

const TIMEOUT_MS = 30_000;
const CLOSED = ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'];

/** Asks several things of an engine's RPC in one request. @throws SourceError */
export async function callAll(url: string, calls: readonly Call[]): Promise<unknown[]> {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call })));
  const told = await post(url, body);
  // To one question alone an engine answers without a list.
  const answers = (Array.isArray(told) ? told : [told]) as Partial<Answer>[];
  const results = new Array<unknown>(calls.length);
  for (const { id, result, error } of answers) {
    if (id === undefined || result === undefined) throw errorOf(url, error);
    results[id] = result;
  }
  if (answers.length === calls.length) return results;
  throw new SourceError(`${url}: not an answer to every question`);
}

/** Questions change nothing, so one whose kept connection had just been closed is asked again. */
async function post(url: string, body: string, isAgain = false): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    return await answer.json();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = (cause as { code?: string } | undefined)?.code ?? message;
    if (!isAgain && CLOSED.includes(why)) return post(url, body, true);
    throw new SourceError(`no answer from ${url} (${why})`);
  }
}

/** What the engine no longer has never comes back; all else may. */
function errorOf(url: string, error: Answer['error']): SourceError {
  const text = [error?.message, error?.data].filter((part) => part !== undefined).join(': ');
  const isGone = /lowest height|is not available|pruned/i.test(text);
  return new SourceError(`${url}: ${text === '' ? 'not an answer of a node' : text}`, !isGone);
}

/** Work on answers, of which one in another shape than an engine's is no fault of this program. */
export async function readable<T>(url: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
    const why = `${url}: an answer that no engine gives (${error.message})`;
    throw new SourceError(why, true, { cause: error });
  }
}
