import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Margin, QueryWhatIfRequest } from '../../../proto/gen/tenor.margin.v1.ts';
import { OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import { queries } from '../../../client/queries.ts';
import { exitCodes } from '../../errors.ts';
import { FakeNode, Place } from '../../fixture.ts';

const OWNER = 'tenor1psmjjm42rhq6nr4h8w0dttvdzt928luad7z8nm';
const USD = 1_000_000n;
const series = (symbol: string) => ({
  ...{ id: 1n, symbol, underlyingId: 1, expirySeconds: 1_798_358_400n, strikeUusd: 60_000n * USD },
  ...{ kind: OptionKind.OPTION_KIND_PUT, openInterest: 0n, traded: false },
});
const marginWith = (maintenanceUusd: bigint, mode: MarginMode): Margin => ({
  ...{ cashUusd: 0n, markToMarketUusd: 0n, initialUusd: 5n * USD, maintenanceUusd, mode },
  ...{ initialRequirementUusd: 0n, maintenanceRequirementUusd: 0n, degraded: false },
  ...{ expiries: [], underlyings: [], covered: [], quotesReservedUusd: 0n },
});

let mode: MarginMode = MarginMode.MARGIN_MODE_STANDARD;
let asked: QueryWhatIfRequest | undefined;
let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  asked = undefined;
  mode = MarginMode.MARGIN_MODE_STANDARD;
  node
    .answer(queries.seriesBySymbol, ({ symbol }) => ({ series: series(symbol) }))
    .answer(queries.whatIfTrades, (request) => {
      asked = request;
      const isShocked = request.shocks.length > 0;
      return {
        before: marginWith(20n * USD, mode),
        after: marginWith(10n * USD, mode),
        shocked: isShocked ? marginWith(-7n * USD, mode) : undefined,
        trades: request.trades.map((t) => ({ ...t, priceUusd: 1_200n * USD, feeUusd: 1n })),
      };
    });
  place.addTestnet('tenor-local-1', await node.listen(), []);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

const ask = (rest: string) => place.run(`margin what-if ${rest} --from ${OWNER}`);

it('a list of trades and a shocked market are asked for and told side by side', async () => {
  const { stdout, stderr, exitCode } = await ask(
    'btc-27dec26-100000-c sell 1 --price 1200 --trade BTC-27DEC26-60000-P:buy:0.5 --index -20% ' +
      '--vol BTC=+50%',
  );
  expect([stderr, exitCode]).toEqual(['', exitCodes.ok]);
  expect(asked).toMatchObject({ owner: OWNER, number: 0, cashUusd: 0n });
  expect(asked!.trades).toEqual([
    { series: 'BTC-27DEC26-100000-C', quantity: -10_000n, priceUusd: 1_200n * USD },
    { series: 'BTC-27DEC26-60000-P', quantity: 5_000n },
  ]);
  expect(asked!.shocks).toEqual([
    { underlying: '', indexPpm: -200_000, volPpm: 0 },
    { underlying: 'BTC', indexPpm: 0, volPpm: 500_000 },
  ]);
  expect(stdout).toContain('sell 1 BTC-27DEC26-100000-C at 1,200.00');
  expect(stdout).toMatch(/above liquidation +20\.00 +10\.00 +-7\.00 +-27\.00/);
  expect(stdout).toContain('LIQUIDATED');
});

it('a covered account is never said to be liquidated', async () => {
  mode = MarginMode.MARGIN_MODE_COVERED;
  const { stdout } = await ask('--index -99%');
  expect(stdout).toContain('cannot be liquidated');
  expect(stdout).not.toContain('LIQUIDATED');
});

it('what is not understood is told, with how to write it', async () => {
  for (const [bad, says] of [
    ['', 'Say what if'],
    ['--index -20', '-20% or +7.5%'],
    ['--trade BTC-27DEC26-60000-P:hold:1', 'buy or sell'],
    ['--trade BTC-27DEC26-60000-P', 'SERIES:SIDE:QUANTITY@PRICE'],
    ['BTC-27DEC26-60000-P sell --index -20%', 'SERIES SIDE QUANTITY'],
    ['BTC-27DEC26-60000-P sell 1', '--price'],
  ] as const) {
    const { exitCode, stderr } = await place.run(
      ['margin what-if', bad, `--from ${OWNER}`].filter(Boolean).join(' '),
    );
    expect(exitCode).toBe(exitCodes.usage);
    expect(stderr).toContain(says);
  }
});
