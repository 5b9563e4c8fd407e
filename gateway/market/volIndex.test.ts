import { expect, test } from '@jest/globals';
import { getVolatilityIndexData } from '../methods/volIndexMethod.ts';
import { Params } from '../rpc/params.ts';
import type { Services } from '../services.ts';
import { SeenVolIndex } from './volIndex.ts';
import type { VolCandle } from './volIndex.ts';

const caller = { connection: null, isAuthorized: true, onWritten: () => undefined };

interface Answer {
  readonly data: readonly (readonly number[])[];
  readonly continuation: number | null;
}

function ask(
  seen: SeenVolIndex,
  params: object,
  kept: readonly VolCandle[] | null = null,
): Promise<Answer> {
  const market = { underlyings: ['BTC'], timeMs: 10_000_000, volIndexSeen: () => seen };
  const history = kept === null ? null : { volCandles: () => Promise.resolve(kept) };
  const services = { market, history } as unknown as Services;
  const asked = new Params({ currency: 'BTC', ...params });
  return getVolatilityIndexData.run(services, asked, caller) as Promise<Answer>;
}

const span = { start_timestamp: 0, end_timestamp: 20_000_000 };

test('what was seen makes candles of every length, in percent', async () => {
  const seen = new SeenVolIndex();
  [520_000, 530_000, 510_000, 525_000].forEach((ppm, i) => seen.add(30_000 * (i + 1), ppm));
  // In the second of the last one.
  seen.add(120_999, 540_000);
  expect(await ask(seen, { ...span, resolution: '60' })).toEqual({
    data: [
      [0, 52, 52, 52, 52],
      [60_000, 53, 53, 51, 51],
      [120_000, 52.5, 54, 52.5, 54],
    ],
    continuation: null,
  });
  // The candle in which it begins is whole.
  const late = { start_timestamp: 100_000, end_timestamp: 119_000, resolution: '60' };
  expect((await ask(seen, late)).data).toEqual([[60_000, 53, 53, 51, 51]]);
  expect((await ask(seen, { ...span, resolution: '1D' })).data).toEqual([[0, 52, 54, 51, 54]]);
});

test('more than fit go on with the continuation as the next end', async () => {
  const seen = new SeenVolIndex();
  for (let i = 1; i <= 2_500; i++) seen.add(1_000 * i, i);
  const ticks: number[] = [];
  let end: number | null = span.end_timestamp;
  for (let pages = 0; end !== null && pages < 9; pages++) {
    const asked = { ...span, end_timestamp: end, resolution: '1' };
    const { data, continuation }: Answer = await ask(seen, asked);
    ticks.unshift(...data.map(([tick]) => tick!));
    end = continuation;
  }
  expect(ticks).toEqual(Array.from({ length: 2_500 }, (_, i) => 1_000 * (i + 1)));
});

test.each([
  ['5', span],
  ['60', { start_timestamp: 2, end_timestamp: 1 }],
  ['60', { start_timestamp: 2 }],
])('a resolution of %s or a span %j that cannot be is refused', async (resolution, asked) => {
  await expect(
    Promise.resolve().then(() => ask(new SeenVolIndex(), { ...asked, resolution })),
  ).rejects.toMatchObject({ code: -32602 });
});

test('what an indexer has not looked at yet is added to what it keeps', async () => {
  const seen = new SeenVolIndex();
  [520_000, 530_000, 510_000].forEach((ppm, i) => seen.add(30_000 * (i + 2), ppm));
  const asked = { ...span, resolution: '60' };
  const began: VolCandle = [0, 49, 49, 49, 49];
  const minute: VolCandle = [60_000, 50, 54, 50, 51];
  expect((await ask(seen, asked, [began, minute])).data).toEqual([
    [0, 49, 49, 49, 49],
    [60_000, 50, 54, 50, 53],
    [120_000, 51, 51, 51, 51],
  ]);
  expect((await ask(seen, asked, [])).data).toEqual([
    [60_000, 52, 53, 52, 53],
    [120_000, 51, 51, 51, 51],
  ]);
});

test('a currency that is not traded here has none', async () => {
  const answer = await ask(new SeenVolIndex(), { ...span, currency: 'SOL', resolution: '60' });
  expect(answer).toEqual({ data: [], continuation: null });
});
