import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { defaultOptionsParams } from '../app/modules/options/index.ts';
import { FakeNode, Refusal } from '../cli/fixture.ts';
import { TenorClient, keySigner, queries } from '../client/index.ts';
import { BaseAccount } from '../proto/gen/cosmos.auth.v1beta1.ts';
import { TxMsgData } from '../proto/gen/cosmos.base.abci.v1beta1.ts';
import { TxBody, TxRaw } from '../proto/gen/cosmos.tx.v1beta1.ts';
import { MarginMode } from '../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../proto/gen/tenor.clob.v1.ts';
import type { Mark } from '../proto/gen/tenor.margin.v1.ts';
import { Params } from '../proto/gen/tenor.options.v1.ts';
import { FeedStatus } from '../proto/gen/tenor.oracle.v1.ts';
import { DEFAULT_SETTINGS, MakerStopped, runMaker } from './index.ts';
import type { MakerSettings } from './index.ts';

const USD = 1_000_000n;
const signer = keySigner(new Uint8Array(32).fill(9));
/** The fake node's blocks are of 22 November 2026. */
const SYMBOL = 'BTC-27DEC26-64000-C';
const mark: Mark = {
  ...{ seriesId: 1n, symbol: SYMBOL, markUusd: 950n * USD, forward: 64_000, vol: 0.6 },
  ...{ delta: 0.5, gamma: 0, vega: 1_340, theta: 0 },
  ...{ bandLowUusd: 100n * USD, bandHighUusd: 3_000n * USD },
  ...{ status: FeedStatus.FEED_STATUS_LIVE, confidencePpm: 1_000_000 },
};
const resting = {
  ...{ orderId: 5n, group: 'mm-btc', series: SYMBOL, isBuy: true, priceUusd: 900n * USD },
  ...{ remaining: 4_600n, seriesId: 1n },
};

let node: FakeNode;
let client: TenorClient;
let marks: Mark[];
let quotes: (typeof resting)[];
let equityUusd: bigint;
let notices: string[];
beforeEach(async () => {
  [marks, quotes, equityUusd, notices] = [[mark], [], 500_000n * USD, []];
  node = new FakeNode();
  const account = { address: signer.address, accountNumber: 3n, sequence: 5n };
  const any = { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) };
  const subaccount = {
    ...{ id: 1n, owner: signer.address, number: 0, cashUusd: equityUusd, positions: 0 },
    ...{ mode: MarginMode.MARGIN_MODE_STANDARD, openOrders: 0 },
  };
  const nothing = { initialUusd: 0n, maintenanceUusd: 0n, expiries: [], underlyings: [] };
  node
    .answer(queries.account, () => ({ account: any }))
    .answer(queries.params, () => ({
      ...{ module: 'options', typeUrl: '', params: Params.encode(defaultOptionsParams('default')) },
    }))
    .answer(queries.subaccounts, () => ({ subaccounts: [subaccount] }))
    .answer(queries.subaccount, () => ({ subaccount, positions: [] }))
    .answer(queries.margin, () => ({
      margin: {
        ...{ ...nothing, cashUusd: 0n, markToMarketUusd: equityUusd, degraded: false },
        ...{ initialRequirementUusd: 0n, maintenanceRequirementUusd: 0n, covered: [] },
        ...{ mode: MarginMode.MARGIN_MODE_STANDARD, quotesReservedUusd: 0n },
      },
    }))
    .answer(queries.quoteGroups, () => ({ groups: [], reservedUusd: 0n }))
    .answer(queries.quotes, () => ({ quotes }))
    .answer(queries.marks, () => ({ marks }));
  answerQuotes([]);
  client = await TenorClient.connect(await node.listen(), { signer });
});
afterEach(() => node.close());

/** What every transaction is answered, with these sides refused of quotes. */
function answerQuotes(refusals: clob.QuoteRefusal[]): void {
  const msgResponses = [
    [clob.MsgSetQuoteGroupResponse, clob.MsgSetQuoteGroupResponse.encode({ groupId: 1n })],
    [clob.MsgDeadManSwitchResponse, clob.MsgDeadManSwitchResponse.encode({ deadlineMs: 1n })],
    [clob.MsgCancelQuotesResponse, clob.MsgCancelQuotesResponse.encode({ cancelled: 1 })],
    [
      clob.MsgMassQuoteResponse,
      clob.MsgMassQuoteResponse.encode({ quoted: 2 - refusals.length, removed: 0, refusals }),
    ],
  ] as const;
  const answers = msgResponses.map(([{ typeUrl }, value]) => ({ typeUrl, value }));
  node.result = { data: TxMsgData.encode({ msgResponses: answers }) };
}

const bodies = () => node.broadcasts.map((tx) => TxBody.decode(TxRaw.decode(tx).bodyBytes));
const kinds = () => bodies().map(({ messages }) => messages[0]!.typeUrl.split('.').at(-1)!);

/** Runs until something holds, or it ends by itself. */
async function run(until: () => boolean, changed: Partial<MakerSettings> = {}) {
  const stop = new AbortController();
  const settings = { ...DEFAULT_SETTINGS, underlyings: ['BTC'], intervalMs: 20, ...changed };
  const onNotice = (text: string) => notices.push(text);
  const events = { onNotice, onReport: () => undefined };
  const timer = setInterval(() => {
    if (until()) stop.abort();
  }, 20);
  try {
    return await runMaker(client, settings, events, stop.signal);
  } finally {
    clearInterval(timer);
  }
}

test('it arms its switch, sizes its group, quotes, and takes its quotes back', async () => {
  const report = await run(() => kinds().includes('MsgMassQuote'));
  expect(kinds().slice(0, 3)).toEqual(['MsgDeadManSwitch', 'MsgSetQuoteGroup', 'MsgMassQuote']);
  const [, sized, quoted] = bodies().map(({ messages }) => messages[0]!.value);
  expect(clob.MsgSetQuoteGroup.decode(sized!)).toMatchObject({
    ...{ group: 'mm-btc', underlying: 'BTC', quantityLimit: 23_000n, maxQuote: 4_600n },
  });
  expect(clob.MsgMassQuote.decode(quoted!).quotes).toEqual([
    {
      series: SYMBOL,
      bid: { priceUusd: 927n * USD, quantity: 4_600n },
      ask: { priceUusd: 973n * USD, quantity: 4_600n },
    },
  ]);
  expect(kinds().at(-1)).toBe('MsgCancelQuotes');
  expect(bodies().at(-1)!.unordered).toBe(false);
  expect(report).toMatchObject({ equityUusd: 500_000n * USD, gainUusd: 0n });
});

test.each(['MsgDeadManSwitch', 'MsgSetQuoteGroup'])(
  'asked to end after its %s, it sends nothing that its goodbye would not reach',
  async (last) => {
    const stop = new AbortController();
    const isLast = () => kinds().at(-1) === last;
    // Its switch is armed before it asks for marks.
    node.answer(queries.marks, () => {
      if (isLast()) stop.abort();
      return { marks };
    });
    const watch = setInterval(() => {
      if (last === 'MsgSetQuoteGroup' && isLast()) stop.abort();
    }, 1);
    const events = { onNotice: () => undefined, onReport: () => undefined };
    await runMaker(client, { ...DEFAULT_SETTINGS, underlyings: ['BTC'] }, events, stop.signal);
    clearInterval(watch);
    const sent = kinds();
    // Time enough for what it was about.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(kinds()).toEqual(sent);
    expect(sent).not.toContain('MsgMassQuote');
    expect(sent.slice(-2)).toEqual([last, 'MsgCancelQuotes']);
  },
);

test('without prices it takes back what rests, and says so once', async () => {
  [marks, quotes] = [[], [resting]];
  await run(() => kinds().filter((kind) => kind === 'MsgCancelQuotes').length > 2);
  expect(kinds()).not.toContain('MsgMassQuote');
  expect(notices.filter((text) => text.includes('not live'))).toHaveLength(1);
});

test('it says which side alone was refused, and goes on with the others', async () => {
  answerQuotes([{ index: 0, isBuy: true, code: 2 }]);
  await run(() => kinds().filter((kind) => kind === 'MsgMassQuote').length > 1);
  expect(notices).toContain(`${SYMBOL}: not quoted [clob/2]`);
  expect(notices.join()).not.toContain('paused');
});

test('refused quotes are taken back, with the code, and it waits', async () => {
  quotes = [resting];
  // The switch and the group are taken; the quotes are not.
  node.admissions.push({}, {}, { code: 6, codespace: 'clob', log: 'prices are not live' });
  await run(() => kinds().includes('MsgCancelQuotes'));
  expect(notices.join()).toContain('refused [clob/6] prices are not live');
  expect(kinds().filter((kind) => kind === 'MsgMassQuote')).toHaveLength(1);
});

test('it stops for good below its least equity, and where there is nothing to quote', async () => {
  equityUusd = 399_999n * USD;
  const never = () => false;
  await expect(run(never, { minEquityUsd: 400_000 })).rejects.toThrow(MakerStopped);
  await expect(run(never, { underlyings: ['DOGE'] })).rejects.toThrow('there are BTC, ETH');
});

test('a node that refuses to answer is asked again', async () => {
  let asked = 0;
  node.answer(queries.marks, () => {
    if (asked++ < 2) return new Refusal('sdk', 18, 'busy');
    return { marks };
  });
  await run(() => kinds().includes('MsgMassQuote'));
  expect(notices).toEqual(expect.arrayContaining(['busy', 'The node answers again.']));
});
