import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  MadeChain,
  RecordedNode,
  earlierLayout,
  recorded,
  signer,
  thenMs,
} from '../../../light/fixture.ts';
import type { Powers } from '../../../light/fixture.ts';
import { recordedOf } from '../../../light/rpcFixture.ts';
import { Place } from '../../fixture.ts';

const { alice: ALICE, carol: CAROL } = recorded.people;
const THEN_MS = thenMs(recorded);
const HOUR_MS = 3_600_000;

let place: Place;
let node: RecordedNode;
let url: string;
beforeEach(async () => {
  place = new Place();
  place.clock = () => THEN_MS;
  node = new RecordedNode();
  url = await node.listen();
});
afterEach(async () => {
  await node.close();
  place.remove();
});

let files = 0;
function genesis(changes: object = {}): string {
  const path = join(place.home, `genesis${++files}.json`);
  writeFileSync(path, JSON.stringify({ ...recorded.genesis, ...changes }));
  return path;
}

const verify = (args: string) => place.run(`verify ${args} --node ${url}`);

test('a balance is told in base units with what it rests on', async () => {
  const { exitCode, stdout } = await verify(`balance ${ALICE} usd --genesis ${genesis()} --json`);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    owner: ALICE,
    balances: [{ denom: 'uusd', amount: '950000000000', amountDecimal: '950000' }],
    verified: {
      stateHeight: recorded.height,
      header: { height: recorded.height + 1 },
      chainId: 'tenor-local-1',
      validators: 4,
      totalPower: '400',
      records: [{ store: 'bank', collection: 'balances' }],
    },
  });
});

test('absence is a verified answer', async () => {
  const { exitCode, stdout } = await verify(`account ${CAROL} --genesis ${genesis()}`);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Verified: ${CAROL} has no subaccount 0\n`));
  expect(stdout).toMatch(/proved +no accounts\/subaccountIds, up to app hash/);
  const order = await verify('order 2');
  expect(order.stdout).toMatch(/^Verified: order 2 does not rest/);
});

test('an order is told as it rests', async () => {
  const { exitCode, stdout } = await verify(`order 1 --genesis ${genesis()} --json`);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ order: { quantity: '5000', remaining: '2000' } });
});

test('a book of an earlier layout is not read as if it were one of this', async () => {
  const earlier = new RecordedNode(earlierLayout);
  try {
    place.clock = () => thenMs(earlierLayout);
    const root = `--genesis ${genesis(earlierLayout.genesis)} --node ${await earlier.listen()}`;
    const { exitCode, stdout, stderr } = await place.run(`verify order 1 ${root}`);
    expect([exitCode, stdout]).toEqual([7, '']);
    expect(stderr).toContain('is kept as this program does not know it');
  } finally {
    await earlier.close();
  }
});

test('nothing is trusted without a root; the first answer only when one says so', async () => {
  const cold = await verify(`balance ${ALICE}`);
  expect([cold.exitCode, cold.stderr]).toEqual([8, expect.stringMatching(/Nothing is trusted of/)]);
  const believed = await verify(`balance ${ALICE} usd --trust-first-answer`);
  expect([believed.exitCode, believed.stdout]).toEqual([
    0,
    expect.stringMatching(/trust +the first answer of this node, believed without a reason/),
  ]);
  // Remembered: from now on the flag is not needed, and a lie is found out.
  expect((await verify(`balance ${ALICE} usd`)).exitCode).toBe(0);
});

test('trust expires, and another genesis is not this chain’s', async () => {
  const root = `--genesis ${genesis()} --trusting-period 24`;
  place.clock = () => THEN_MS + 23 * HOUR_MS;
  expect((await verify(`header 12 ${root}`)).exitCode).toBe(0);
  place.clock = () => THEN_MS + 24 * HOUR_MS;
  const expired = await verify(`balance ${ALICE} ${root}`);
  expect([expired.exitCode, expired.stderr]).toEqual([
    8,
    expect.stringMatching(/Trust has expired/),
  ]);
  const stranger = {
    type: 'tendermint/PubKeyEd25519',
    value: Buffer.alloc(32, 5).toString('base64'),
  };
  const other = genesis({ validators: [{ pub_key: stranger, power: '400' }] });
  const wrong = await verify(`header 1 --genesis ${other}`);
  expect(wrong.exitCode).toBe(6);
  expect(wrong.stderr).toMatch(
    /Error: NOT VERIFIED, the node’s answer is wrong: .*that the genesis names/,
  );
});

test('two blocks of a height that the validators signed are an attack', async () => {
  const people: Powers = new Map(['a', 'b', 'c'].map((name) => [signer(name), 10n]));
  const [chain, fork] = ['', 'fork'].map((flavour) => new MadeChain(() => people, 9, flavour));
  const [first, second] = [recordedOf(chain!), recordedOf(fork!)];
  const [one, other] = [new RecordedNode(first), new RecordedNode(second)];
  try {
    const [url1, url2] = [await one.listen(), await other.listen()];
    place.clock = () => MadeChain.msAt(10);
    const root = `--genesis ${genesis(first.genesis)} --node ${url1}`;
    expect((await place.run(`verify header ${root} --witness ${url1}`)).exitCode).toBe(0);
    const attacked = await place.run(`verify header ${root} --witness ${url2}`);
    expect(attacked.exitCode).toBe(9);
    expect(attacked.stderr).toMatch(/under attack: two blocks of height 9 .* from http/);
  } finally {
    await one.close();
    await other.close();
  }
});

test('wrong usage says what is right', async () => {
  const cases: [string, RegExp][] = [
    [`header --trust-height 3`, /go together/],
    [`header --trust-height 3 --trust-hash 12`, /64 hexadecimal digits/],
    [`header --genesis ${join(place.home, 'none.json')}`, /is not a genesis file/],
    [`header --genesis ${genesis({ validators: [] })}`, /it has no validators/],
    [`header --chain-id other-1 --genesis ${genesis()}`, /is of the chain tenor-local-1/],
    [`balance ${ALICE} --address ${ALICE}`, /Say whose it is once/],
    [`order x`, /is not the id of an order/],
    [`position nonsense ${ALICE}`, /is not the symbol of a series/],
    [`settlement soon`, /is not the name of an expiry/],
  ];
  for (const [args, message] of cases) {
    const { exitCode, stderr } = await verify(args);
    expect([args, exitCode, stderr]).toEqual([args, 2, expect.stringMatching(message)]);
  }
});
