// From `private/buy` to its answer, beside a direct client that hands over the same order of
// another account at the same moment: what the gateway adds. Both wait for a block, and the
// moments are spread over its time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Work } from '../../scripts/bench/rules.mjs';
import { keySigner, Refusal, TenorClient } from '../../client/index.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { eventually } from '../e2e/client.ts';
import { GatewayProcess } from '../e2e/gatewayProcess.ts';
import { RpcFailure } from '../e2e/rpcClient.ts';
import type { Rpc } from '../e2e/rpcClient.ts';
import type { Emit } from './figure.ts';
import { quantile } from './network/saturation.ts';

export const name = 'gateway';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 500;
const WARM_UP = 8;
const ROUNDS = 50;
const LIMIT_MS = 80_000;
const DEPOSIT_UUSD = 200_000_000_000n;
const SIZE = { contracts: 0.1, quantity: 1_000n };
const UUSD = 1_000_000n;

interface Summary {
  readonly instrument_name: string;
  readonly bid_price: number | null;
}

/** A series with a bid, and a price far below that: what is placed rests. */
async function restingPlace(rpc: Rpc): Promise<{ instrument: string; price: number }> {
  return eventually('a quoted series', async () => {
    const asked = { currency: 'BTC' };
    const all = await rpc.call<Summary[]>('public/get_book_summary_by_currency', asked);
    const found = all.find(({ bid_price: bid }) => bid !== null && bid > 500);
    if (found === undefined) return undefined;
    return { instrument: found.instrument_name, price: Math.floor(found.bid_price! / 20) * 10 };
  });
}

interface Timed {
  readonly ms: number;
  /** Null: it was taken. */
  readonly refused: string | null;
}

const reasonOf = (error: unknown): string => {
  if (error instanceof RpcFailure) return error.message.slice(0, 60);
  if (error instanceof Refusal) return `${error.codespace}/${error.code}`;
  throw error;
};

async function timed(work: Promise<unknown>): Promise<Timed> {
  const start = performance.now();
  const refused = await work.then(() => null, reasonOf);
  return { ms: performance.now() - start, refused };
}

interface Round {
  readonly gateway: Timed;
  readonly direct: Timed;
}

/** One order of each, at the same moment. */
type Place = () => Promise<Round>;

function placer(rpc: Rpc, client: TenorClient, at: { instrument: string; price: number }): Place {
  const { instrument, price } = at;
  const series = instrument.replace('_USDC', '');
  const priceUusd = BigInt(price) * UUSD;
  let count = 0;
  return async () => {
    const label = `bench-${count++}`;
    const terms = { instrument_name: instrument, amount: SIZE.contracts, price, label };
    const order = { series, side: 'buy' as const, quantity: SIZE.quantity, priceUusd };
    const [gateway, direct] = await Promise.all([
      timed(rpc.call('private/buy', { ...terms, type: 'limit' })),
      timed(client.place({ ...order, clientOrderId: label })),
    ]);
    return { gateway, direct };
  };
}

function workOf(all: readonly Timed[]): Work {
  const refused: Record<string, number> = {};
  for (const { refused: reason } of all) {
    if (reason !== null) refused[reason] = (refused[reason] ?? 0) + 1;
  }
  return { accepted: all.filter((one) => one.refused === null).length, refused };
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

function report(emit: Emit, rounds: readonly Round[], blockMs: number): void {
  const peer = 'direct client, at the same moments';
  const taken = rounds.filter(({ gateway, direct }) => !gateway.refused && !direct.refused);
  const work = workOf(rounds.flatMap(({ gateway, direct }) => [gateway, direct]));
  for (const [label, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
    const of = (which: keyof Round) =>
      quantile(sorted(taken.map((round) => round[which].ms)), share) / 1_000;
    const [value, peerValue] = [of('gateway'), of('direct')];
    const ratio = value / peerValue;
    emit({ name: `gateway.privateBuy.${label}`, value, unit: 's', peer, peerValue, ratio, work });
  }
  const later = sorted(taken.map(({ gateway, direct }) => (gateway.ms - direct.ms) / blockMs));
  for (const [label, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
    const value = quantile(later, share);
    emit({ name: `gateway.privateBuy: later than it, ${label}`, value, unit: 'blocks', peer });
  }
  const within = later.filter((blocks) => blocks <= 1).length / later.length;
  emit({ name: 'gateway.privateBuy: within a block of it', value: within, unit: 'of all', peer });
  emit({ name: 'gateway.blockInterval', value: blockMs / 1_000, unit: 's' });
}

async function measure(emit: Emit, place: Place, client: TenorClient): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) await place();
  const height = async () => (await client.node.status()).syncInfo.latestBlockHeight;
  const [first, start] = [await height(), performance.now()];
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS && performance.now() < start + LIMIT_MS) {
    // Each at another part of a block's time.
    await sleep((rounds.length / ROUNDS) * BLOCK_TIME_MS);
    rounds.push(await place());
  }
  const blocks = (await height()) - first;
  report(emit, rounds, (performance.now() - start) / blocks);
}

async function clientOf({ accounts, nodes }: Testnet, whose: string): Promise<TenorClient> {
  const { mnemonic } = accounts.find((one) => one.name === whose)!;
  const signer = keySigner(privateKeyOf(mnemonic));
  return TenorClient.connect(nodes[0]!.rpc, { signer });
}

export async function run(emit: Emit): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tenor-bench-gateway-'));
  const portOffset = await freePortOffset(VALIDATORS);
  const network = await startTestnet({
    ...{ dir, portOffset, validators: VALIDATORS, blockTimeMs: BLOCK_TIME_MS, makers: true },
  });
  const gateway = new GatewayProcess(dir);
  try {
    const [alice, bob] = [await clientOf(network, 'alice'), await clientOf(network, 'bob')];
    await Promise.all([alice.deposit(DEPOSIT_UUSD), bob.deposit(DEPOSIT_UUSD)]);
    await gateway.start();
    const rpc = await gateway.authorized();
    await measure(emit, placer(rpc, bob, await restingPlace(rpc)), bob);
    rpc.close();
  } finally {
    gateway.kill('SIGTERM');
    await network.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
