import { formatDecimal } from '../../../app/lib/decimal.ts';
import type { Json } from '../../../proto/json.ts';
import { CliError, exitCodes, usageError } from '../../errors.ts';
import { decimalsOf } from '../../output/json.ts';
import type { Session } from '../../session.ts';

/** A row of a history as the indexer tells it: amounts are decimal text in base units. */
export type HistoryRow = Readonly<Record<string, string | number | boolean | null>>;

const TIMEOUT_MS = 30_000;
const BASE = '/tenor/v1/history';

/** Asks the indexer. @throws CliError that says where it looked and what to do */
export async function askHistory<T>(
  { settings: { history } }: Session,
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): Promise<T> {
  const url = new URL(`${history}${BASE}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const { status, body } = await answerOf(url, history);
  if (status === 200) return body as T;
  const { error = `it answered with ${status}` } = body as { error?: string };
  if (status === 400) throw usageError(`${sentence(error)}.`);
  if (status === 404) throw new CliError(exitCodes.refused, `${sentence(error)}.`, NOT_FOUND);
  throw new CliError(exitCodes.unreachable, `The indexer at ${history}: ${error}.`);
}

const NOT_FOUND =
  'Is the indexer of this chain, and up to date? tenor indexer status. Is it the right account?';

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

async function answerOf(url: URL, history: string): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: answer.status, body: await answer.json() };
  } catch {
    throw new CliError(
      exitCodes.unreachable,
      `No indexer answers at ${history}.`,
      'Start one (tenor indexer run), or name one with TENOR_HISTORY.',
    );
  }
}

/** Base units as text with their decimal beside them. */
export function historyJson(row: HistoryRow): Record<string, Json> {
  const out: Record<string, Json> = {};
  for (const [name, value] of Object.entries(row)) {
    out[name] = value;
    const decimals = decimalsOf(name);
    if (decimals === null || typeof value !== 'string') continue;
    out[`${name}Decimal`] = formatDecimal(BigInt(value), decimals);
  }
  return out;
}

/** `2026-11-29 01:29:00` of Unix milliseconds as text, UTC. */
export const timeText = (ms: string): string =>
  new Date(Number(ms)).toISOString().slice(0, 19).replace('T', ' ');
