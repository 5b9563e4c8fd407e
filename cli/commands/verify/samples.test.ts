import { expect, test } from '@jest/globals';
import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry } from '../../../proto/gen/tenor.options.v1.ts';
import type { Light } from '../../light/openLight.ts';
import type { Session } from '../../session.ts';
import { proveSamples } from './samples.ts';

/** A node that has no samples of an expiry in the state that is asked. */
function without(height?: number) {
  const asked: (number | undefined)[] = [];
  const ask = (_query: unknown, _request: unknown, of?: number) => {
    asked.push(of);
    return Promise.resolve({ samples: [], nextAfterTimeMs: undefined });
  };
  const session = { node: () => Promise.resolve({ ask }) } as unknown as Session;
  const prove = (given: Partial<Expiry>) =>
    proveSamples(session, { height } as unknown as Light, 'BTC', {
      ...{ underlyingId: 1, expirySeconds: 1_800_000_000n, coveredMs: 0n, weightedSum: '0' },
      ...given,
    } as Expiry);
  return { asked, prove };
}

const { EXPIRY_STATUS_AWAITING_PRICE, EXPIRY_STATUS_SETTLED, EXPIRY_STATUS_TRADING } = ExpiryStatus;

test('an expiry whose window has not begun has no samples, which is no fault', async () => {
  const { prove } = without();
  for (const status of [EXPIRY_STATUS_TRADING, EXPIRY_STATUS_AWAITING_PRICE]) {
    expect(await prove({ status })).toEqual({ samples: [], heights: [] });
  }
});

test('samples that are gone, or that the node does not tell of, are missed', async () => {
  const { prove } = without();
  const settled = { status: EXPIRY_STATUS_SETTLED, settledHeight: 77n };
  await expect(prove(settled)).rejects.toThrow('--height 77');
  const status = EXPIRY_STATUS_TRADING;
  await expect(prove({ status, lastSampleMs: 5n, coveredMs: 1_000n })).rejects.toThrow('no longer');
});

test('the node is asked for the state that is proved', async () => {
  for (const height of [41, undefined]) {
    const { asked, prove } = without(height);
    await prove({ status: EXPIRY_STATUS_TRADING });
    expect(asked).toEqual([height]);
  }
});
