import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LightClient } from './client.ts';
import { LightError } from './errors.ts';
import { RecordedNode, recorded, thenMs } from './fixture.ts';
import { trustGenesis } from './roots.ts';
import { RpcProvider } from './rpcProvider.ts';
import { DEFAULT_RULES } from './types.ts';
import { VerifiedState } from './verifiedState.ts';

/** What stands in no honest answer, at whatever place. */
const ODD = [
  ...[null, true, 0, -1, 1.5, 1e300, '', '-1', '0', '1e3', '9223372036854775808'],
  ...[
    'not base64!',
    'ZZ',
    'AB'.repeat(40),
    '2026-13-45T99:99:99Z',
    [],
    {},
    [null],
    ['x'],
    { a: 1 },
  ],
];

const root = trustGenesis(JSON.stringify(recorded.genesis));
const [value] = recorded.claims as [(typeof recorded.claims)[0]];

let node: RecordedNode;
let url: string;
beforeAll(async () => {
  node = new RecordedNode();
  url = await node.listen();
});
afterAll(() => node.close());

/** Every place of an answer, by the names and numbers that lead there. */
function* placesOf(json: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  yield at;
  if (json === null || typeof json !== 'object') return;
  for (const [name, inner] of Object.entries(json)) yield* placesOf(inner, [...at, name]);
}

function withOdd(json: unknown, [name, ...rest]: readonly string[], odd: unknown): unknown {
  if (name === undefined) return odd;
  const copy = (Array.isArray(json) ? [...(json as unknown[])] : { ...(json as object) }) as Record<
    string,
    unknown
  >;
  copy[name] = withOdd(copy[name], rest, odd);
  return copy;
}

/** What a client learns of a recorded value; it waits for nothing. */
async function learn(): Promise<string> {
  const provider = new RpcProvider(url);
  const trusted = [root.trusted];
  const rules = DEFAULT_RULES;
  const client = new LightClient({ provider, trusted, rules, clock: () => thenMs(recorded) });
  const state = await VerifiedState.at(client, null, 0);
  const key = { write: (text: string) => text };
  const bytes = { decode: (b: Uint8Array) => b, encode: (b: Uint8Array) => b };
  const raw = Buffer.from(value.key, 'hex').toString('latin1');
  const spec = { store: value.store, prefix: raw.charCodeAt(0), name: 'any', key, value: bytes };
  const found = await state.get(spec as never, raw.slice(1));
  return Buffer.from((found as Uint8Array | undefined) ?? []).toString('base64');
}

/** Why a client that gets this answer is surprised; null when it is not. */
async function surpriseOf(honest: string): Promise<string | null> {
  try {
    return (await learn()) === honest ? null : 'verified';
  } catch (error) {
    return error instanceof LightError ? null : String(error);
  }
}

test('whatever stands in an answer, it is found wrong or changes nothing', async () => {
  const answers = new Map<string, unknown>();
  node.alter = ({ method }, answer) => {
    answers.set(method, JSON.parse(answer));
    return answer;
  };
  const honest = await learn();
  expect(honest).toBe(value.answer.response.value ?? '');
  const surprises: string[] = [];
  const cases = [...answers].flatMap(([method, answer]) =>
    [...placesOf(answer)].flatMap((place) => ODD.map((odd) => ({ method, answer, place, odd }))),
  );
  // A fourth of them, and each odd value in a fourth of the places.
  for (const { method, answer, place, odd } of cases.filter((_, i) => i % 4 === 3)) {
    node.alter = (asked, text) =>
      asked.method === method ? JSON.stringify(withOdd(answer, place, odd)) : text;
    const surprise = await surpriseOf(honest);
    if (surprise !== null) {
      surprises.push(`${method} ${place.join('.')} ${JSON.stringify(odd)}: ${surprise}`);
    }
  }
  expect(surprises).toEqual([]);
}, 60_000);
