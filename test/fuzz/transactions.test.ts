import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { QuerySeriesRequest, QuerySeriesResponse } from '../../proto/gen/tenor.options.v1.ts';
import { allMsgs } from '../../proto/gen/index.ts';
import type { Codec } from '../../proto/codec.ts';
import { codeOf, Execution } from '../harness/execution.ts';
import type { AnyMsg, UserKey } from '../harness/keys.ts';
import { messageOf } from '../harness/messages.ts';
import type { Hints, Message } from '../harness/messages.ts';
import { depositMsg } from '../harness/trading.ts';

/** A longer run: TENOR_FUZZ_RUNS=20000. */
const RUNS = Number(process.env['TENOR_FUZZ_RUNS'] ?? 150);

const codecs = allMsgs as readonly unknown[] as readonly Codec<Message>[];
let chain: Execution;
let messages: fc.Arbitrary<AnyMsg>;
let users: readonly UserKey[];

/** A chain with prices, listed series and deposits; the same for every draw of one run. */
beforeAll(() => {
  chain = new Execution();
  users = [chain.alice, chain.authority];
  for (let i = 0; i < 7; i++) chain.block();
  chain.block(users.map((user) => chain.sign(user, [depositMsg(user, 200)])));
  const hints = hintsOf(symbols());
  messages = fc.oneof(
    ...codecs.map((codec) =>
      fc
        .oneof(
          { weight: 9, arbitrary: messageOf(codec, hints) },
          { weight: 1, arbitrary: messageOf(codec) },
        )
        .map((message) => ({ typeUrl: codec.typeUrl, value: codec.encode(message) })),
    ),
  );
});

function symbols(): string[] {
  const answer = chain.registry.queries.get('/tenor.options.v1.Query/Series')!;
  const request = { underlying: '', expirySeconds: 0n, afterId: 0n, limit: 40 };
  const { series } = QuerySeriesResponse.decode(
    answer(chain.view, QuerySeriesRequest.encode(request)),
  );
  expect(series.length).toBeGreaterThan(0);
  return series.map((s) => s.symbol);
}

/** Values that get past the first checks, mixed with ones that do not. */
function hintsOf(listed: readonly string[]): Hints {
  const [alice, authority] = users.map((u) => u.address);
  const address = fc.constantFrom(alice, alice, alice, alice, authority, chain.bob.address);
  const keys = chain.validators.map((v) => v.pubkey);
  const amount = fc.oneof(
    fc.bigInt(0n, 10_000_000n),
    fc.constantFrom(0n, 1n, 2n ** 53n, (1n << 63n) - 1n),
  );
  const price = fc.integer({ min: 0, max: 3_000 }).map((n) => BigInt(n) * 1_000_000n);
  const params = fc
    .constantFrom(...chain.registry.modules.filter((m) => m.params !== undefined))
    .chain((m) => {
      const now = m.params!.current(chain.view);
      return fc.oneof(fc.constant(now), mutated(now), fc.uint8Array({ maxLength: 40 }));
    });
  const names = chain.registry.modules.map((m) => m.name);
  return {
    sender: address,
    authority: fc.constantFrom(authority, authority, authority, alice),
    consensusPubkey: fc.constantFrom(...keys, new Uint8Array(32).fill(3)),
    power: fc.oneof(fc.bigInt(0n, 200n), amount),
    moniker: fc.constantFrom('', 'a'),
    fromAddress: address,
    toAddress: address,
    owner: address,
    series: fc.constantFrom(...listed.slice(0, 6), 'BTC-PERP', ''),
    side: fc.constantFrom(1, 2),
    volBp: fc.constantFrom(undefined, undefined, 0, 5_000, 60_000, 2 ** 32 - 1),
    underlying: fc.constantFrom('BTC', 'ETH', '', 'XYZ'),
    denom: fc.constantFrom('uusd', 'utenor', 'x'),
    amount: fc.constantFrom('0', '1', '1000000', '99999999999999999999999999'),
    amountUusd: amount,
    quantity: fc.oneof(fc.bigInt(0n, 100_000n), amount),
    priceUusd: fc.oneof(price, amount),
    subaccount: fc.constantFrom(0, 0, 0, 1, 2 ** 32 - 1),
    number: fc.constantFrom(0, 1),
    levelUusd: fc.oneof(price, amount),
    when: fc.constantFrom(1, 2, 2),
    triggerId: fc.bigInt(0n, 5n),
    goodTilSeconds: fc.constantFrom(0n, 0n, 1n, 1n << 40n),
    market: fc.constantFrom(false, false, true),
    orderId: fc.bigInt(0n, 20n),
    clientOrderId: fc.constantFrom('', '', '', 'a', 'b'),
    group: fc.constantFrom('a', 'a', 'a', 'b', '', 'A B'),
    quantityLimit: fc.bigInt(0n, 100_000n),
    maxQuote: fc.bigInt(0n, 20_000n),
    windowMs: fc.constantFrom(0, 1, 1_000, 60_000, 2 ** 32 - 1),
    freezeMs: fc.constantFrom(0, 1, 10_000, 2 ** 32 - 1),
    timeoutMs: fc.constantFrom(0, 1, 1_000, 60_000, 2 ** 32 - 1),
    reduceOnly: fc.constantFrom(false, false, true),
    postOnly: fc.constantFrom(0, 0, 0, 1),
    timeInForce: fc.constantFrom(0, 0, 1, 2),
    liquidatedId: fc.bigInt(0n, 3n),
    fractionPpb: fc.constantFrom(0, 1, 500_000_000, 1_000_000_000, 2 ** 32 - 1),
    limitPpm: fc.constantFrom(0, 900_000, 1_000_000, 1_000_001),
    shares: fc.oneof(fc.bigInt(0n, 1_000n), amount),
    module: fc.constantFrom(...names, 'nothing'),
    params,
  };
}

function mutated(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(Math.max(bytes.length - 1, 0)), fc.nat(255));
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = Uint8Array.from(bytes);
    for (const [at, to] of changes) copy[at] = to;
    return copy;
  });
}

/** Whose signature the messages need, if it is one of the users. */
function signerOf({ typeUrl, value }: AnyMsg): UserKey {
  const handler = chain.router.get(typeUrl)!;
  const signer = handler.signer(handler.codec.decode(value));
  return users.find((user) => user.address === signer) ?? chain.alice;
}

/**
 * Runs it as CheckTx, simulation and delivery do; a refusal by the checks leaves nothing behind.
 */
function execute(tx: Uint8Array): string {
  chain.state.takeChanges();
  const mark = chain.state.mark();
  const check = chain.run(tx, 'check');
  chain.state.rollback(mark);
  expect(chain.state.takeChanges()).toEqual([]);
  const simulated = chain.state.mark();
  chain.run(tx, 'simulate');
  chain.state.rollback(simulated);
  expect(chain.state.takeChanges()).toEqual([]);
  const { code, ...result } = chain.run(tx);
  const changes = chain.state.takeChanges();
  if (check.code !== 0) expect(codeOf({ ...result, code })).toBe(codeOf(check));
  if (check.code !== 0) expect(changes).toEqual([]);
  const stores = changes.map(({ store }) => store);
  if (code !== 0) expect(stores.filter((s) => s !== 'auth' && s !== 'bank')).toEqual([]);
  return codeOf({ ...result, code });
}

test('any messages, signed, end with a code, and with no failed assertion', () => {
  const seen = new Map<string, number>();
  let runs = 0;
  fc.assert(
    fc.property(fc.array(messages, { minLength: 1, maxLength: 2 }), (msgs) => {
      const signer = signerOf(msgs[0]!);
      const code = execute(chain.sign(signer, msgs, { gasLimit: 2_000_000n, fee: FEE }));
      seen.set(code, (seen.get(code) ?? 0) + 1);
      // Also under the parameters that the authority may have been talked into.
      if (++runs % 25 === 0) chain.block();
      expect(chain.assertions).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  // Some of them must get through, or this tests nothing.
  expect(seen.get('/0')).toBeGreaterThan(0);
  expect(seen.size).toBeGreaterThan(5);
});

test('mutated and random bytes end with a code, leave no trace, and hardly ever pass', () => {
  const good = () => chain.sign(chain.alice, [depositMsg(chain.alice, 1)]);
  const tx = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constant(null).chain(() => mutated(good())),
    fc.nat(400).map((length) => good().subarray(0, length)),
  );
  fc.assert(
    fc.property(tx, (bytes) => {
      execute(bytes);
      expect(chain.assertions).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('the invariants hold after all of it, and blocks go on', () => {
  for (let i = 0; i < 3; i++) chain.block();
  for (const module of chain.registry.modules) {
    for (const [name, holds] of Object.entries(module.invariants)) {
      expect([module.name, name, holds(chain.view)]).toEqual([module.name, name, null]);
    }
  }
});

const FEE = [{ denom: 'utenor', amount: '2000' }];
