import { beforeEach, describe, expect, test } from '@jest/globals';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, eventsOf } from '../fixture.ts';
import { armSwitch, quoting, restingOf, setGroup } from './fixture.ts';

const USD = 1_000_000n;
const MAKER = 0;

let chain: ClobChain;

beforeEach(() => {
  chain = ClobChain.create([200_000n * USD]);
  setGroup(chain, MAKER, 'g1');
});

const quote = (...of: Parameters<typeof quoting>[3]) => quoting(chain, MAKER, 'g1', of);

describe('a dead-man switch', () => {
  test('cancels quotes, or everything, unless it is renewed', () => {
    quote([CALL, [690, 1], [710, 1]]);
    chain.place(MAKER, 'buy', 600);
    armSwitch(chain, MAKER, 5_000, false);
    chain.block(1, 4_000);
    armSwitch(chain, MAKER, 5_000, false);
    chain.block(1, 4_000);
    expect(restingOf(chain, MAKER)).toHaveLength(2);
    const ctx = chain.block(1, 1_000);
    expect(eventsOf(ctx, 'dead_man_switch')[0]).toMatchObject({ cancelled: '2' });
    expect(restingOf(chain, MAKER)).toEqual([]);
    armSwitch(chain, MAKER, 1_000, true);
    expect(eventsOf(chain.block(1, 1_000), 'dead_man_switch')[0]).toMatchObject({ cancelled: '1' });
    expect(eventsOf(chain.block(1, 1_000), 'dead_man_switch')).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('is turned off by a time of nothing, and waits a second to a day', () => {
    quote([CALL, [690, 1], [710, 1]]);
    armSwitch(chain, MAKER, 1_000, true);
    armSwitch(chain, MAKER, 0, true);
    chain.block(1, 60_000);
    expect(restingOf(chain, MAKER)).toHaveLength(2);
    for (const ms of [1, 999, 86_400_001]) {
      expect(refusalCode(() => armSwitch(chain, MAKER, ms, true))).toBe('clob/13');
    }
  });
});
