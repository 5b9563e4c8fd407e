import {
  ResponseApplySnapshotChunk_Result as Chunk,
  ResponseOfferSnapshot_Result as Offer,
} from 'cosmjs-types/tendermint/abci/types';
import type { Snapshot } from 'cosmjs-types/tendermint/abci/types';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createRegistry } from '../../app/modules/index.ts';
import { openStore } from '../../app/chain/openStore.ts';
import { Snapshots } from '../../app/chain/snapshots.ts';
import { decodeManifest, encodeManifest, sha256 } from '../../app/store/snapshots/manifest.ts';
import { frameOf, readFrames } from '../../app/store/snapshots/parts.ts';
import { TestChain } from '../harness/chain.ts';
import { TestNode } from '../harness/node.ts';

const HEIGHT = 7;
const CRC_BYTES = 4;

/** A snapshot as a node offers it, with its chunks. */
interface Offered {
  snapshot: Snapshot;
  chunks: readonly Uint8Array[];
}

let chain: TestChain;
let joining: TestNode;
let appHash: Uint8Array;
let honest: Offered;

beforeEach(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < HEIGHT; i++) await chain.block();
  appHash = chain.node.store.committed!.appHash;
  honest = await snapshotOf(chain.node);
  joining = await TestNode.create();
});

afterEach(async () => {
  await joining.close();
  await chain.close();
});

/** A node's snapshot of its last height, in more chunks than so small a state would have. */
async function snapshotOf(node: TestNode): Promise<Offered> {
  await node.snapshots.take(node.store.committed!);
  const [snapshot] = node.app.listSnapshots().snapshots;
  const { height, format } = snapshot!;
  const { chunk } = await node.app.loadSnapshotChunk({ height, format, chunk: 0 });
  const frames = [...readFrames(chunk)].map((part) => frameOf(part!));
  const chunks = frames.flatMap((_, i) =>
    i % 3 === 0 ? [Buffer.concat(frames.slice(i, i + 3))] : [],
  );
  return offerOf(snapshot!, chunks);
}

/** A snapshot with other chunks, and a manifest that agrees with them. */
function offerOf(snapshot: Snapshot, chunks: readonly Uint8Array[]): Offered {
  const manifest = decodeManifest(snapshot.metadata);
  const metadata = encodeManifest({ ...manifest, chunkHashes: chunks.map(sha256) });
  return {
    snapshot: { ...snapshot, metadata, hash: sha256(metadata), chunks: chunks.length },
    chunks,
  };
}

const offer = async ({ snapshot }: Offered, trusted = appHash) =>
  (await joining.app.offerSnapshot({ snapshot, appHash: trusted })).result;

const apply = (index: number, chunk: Uint8Array, sender = 'peer') =>
  joining.app.applySnapshotChunk({ index, chunk, sender });

/** Gives all chunks in order, up to the first that is not accepted; that answer, or the last. */
async function applyAll({ chunks }: Offered): Promise<Chunk> {
  for (const [index, chunk] of chunks.entries()) {
    const { result } = await apply(index, chunk);
    if (result !== Chunk.ACCEPT) return result;
  }
  return Chunk.ACCEPT;
}

async function restores(): Promise<void> {
  expect(await offer(honest)).toBe(Offer.ACCEPT);
  expect(await applyAll(honest)).toBe(Chunk.ACCEPT);
  const { lastBlockHeight, lastBlockAppHash } = joining.app.info();
  expect(Number(lastBlockHeight)).toBe(HEIGHT);
  expect(lastBlockAppHash).toEqual(appHash);
}

test('a restored node has the records of the others, also after it was restarted', async () => {
  await restores();
  const records = (node: TestNode) => {
    const { committed, working } = node.store;
    return [committed!.chainId, committed!.timeMs, ...[...working.entries('auth')].flat()];
  };
  const same = records(chain.node);
  expect(records(joining)).toEqual(same);
  await joining.restart();
  expect(records(joining)).toEqual(same);
  expect(joining.store.committed!.appHash).toEqual(appHash);
});

test('a chunk with a wrong hash is fetched again, and not from its sender', async () => {
  await offer(honest);
  const [first, second] = honest.chunks;
  await apply(0, first!);
  const bad = Uint8Array.from(second!, (byte, i) => (i === 40 ? byte ^ 1 : byte));
  const answer = { result: Chunk.RETRY, refetchChunks: [1], rejectSenders: ['liar'] };
  expect(await apply(1, bad, 'liar')).toEqual(answer);
  expect(await apply(1, new Uint8Array(0), 'liar')).toEqual(answer);
  for (const [index, chunk] of honest.chunks.entries()) {
    if (index > 0) expect((await apply(index, chunk)).result).toBe(Chunk.ACCEPT);
  }
  expect(joining.app.info().lastBlockAppHash).toEqual(appHash);
});

test('chunks that come early or twice do no harm', async () => {
  await offer(honest);
  const [first, second, third] = honest.chunks;
  expect(await apply(1, second!)).toMatchObject({ result: Chunk.RETRY, refetchChunks: [0] });
  expect(await apply(9_999, third!)).toMatchObject({ result: Chunk.RETRY, refetchChunks: [0] });
  for (const [index, chunk] of honest.chunks.entries()) {
    expect((await apply(index, chunk)).result).toBe(Chunk.ACCEPT);
    if (index === 1) expect((await apply(0, first!)).result).toBe(Chunk.ACCEPT);
  }
  expect(joining.app.info().lastBlockAppHash).toEqual(appHash);
});

test('what is no snapshot of the trusted state is refused before any chunk', async () => {
  const { snapshot, chunks } = honest;
  const changed = (with_: Partial<Snapshot>) =>
    offer({ snapshot: { ...snapshot, ...with_ }, chunks });
  expect(await offer(honest, new Uint8Array(32))).toBe(Offer.REJECT);
  expect(await changed({ format: 2 })).toBe(Offer.REJECT_FORMAT);
  expect(await changed({ hash: new Uint8Array(32) })).toBe(Offer.REJECT_SENDER);
  expect(await changed({ chunks: chunks.length + 1 })).toBe(Offer.REJECT_SENDER);
  expect(await changed({ height: 8n })).toBe(Offer.REJECT_SENDER);
  const metadata = new Uint8Array(1 << 21);
  expect(await changed({ metadata, hash: sha256(metadata) })).toBe(Offer.REJECT_SENDER);
  expect((await apply(0, chunks[0]!)).result).toBe(Chunk.ABORT);
  await restores();
});

test('a node with blocks of its own takes no snapshot', async () => {
  const { snapshot } = honest;
  const { result } = await chain.node.app.offerSnapshot({ snapshot, appHash });
  expect(result).toBe(Offer.ABORT);
});

test('a node whose engine lost the restored height takes another snapshot', async () => {
  await restores();
  await restores();
});

/** A chunk with one byte of one part changed, and the part's checksum made right again. */
function damaged(chunk: Uint8Array, part: number, at: number, bits: number): Uint8Array {
  const parts = [...readFrames(chunk)].map((p) => p!);
  const filled = parts.filter(({ bytes }) => bytes.length > CRC_BYTES);
  const bytes = Buffer.from(filled[part % filled.length]!.bytes);
  bytes[CRC_BYTES + (at % (bytes.length - CRC_BYTES))]! ^= bits;
  bytes.writeUInt32LE(crc32(bytes.subarray(CRC_BYTES)));
  const changed = filled[part % filled.length];
  return Buffer.concat(parts.map((p) => frameOf(p === changed ? { kind: p.kind, bytes } : p)));
}

test('whatever a manifest vouches for, only the trusted state is restored', async () => {
  const whole = Buffer.concat(honest.chunks);
  const damage = fc.oneof(
    fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
      const bytes = Uint8Array.from(whole);
      bytes[at]! ^= bits;
      return bytes;
    }),
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc
      .tuple(fc.nat(whole.length), fc.nat(whole.length))
      .map(([from, to]) => Buffer.concat([whole.subarray(0, from), whole.subarray(to)]))
      .filter((bytes) => bytes.length !== whole.length),
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc
      .tuple(fc.nat(whole.length), fc.nat(10_000), fc.integer({ min: 1, max: 255 }))
      .map(([part, at, bits]) => damaged(whole, part, at, bits)),
  );
  await fc.assert(
    fc.asyncProperty(damage, async (bytes) => {
      const hostile = offerOf(honest.snapshot, [bytes]);
      expect(await offer(hostile)).toBe(Offer.ACCEPT);
      expect(await applyAll(hostile)).toBe(Chunk.REJECT_SNAPSHOT);
      expect(joining.app.info().lastBlockHeight).toBe(0n);
    }),
    { numRuns: 40 },
  );
  await restores();
});

test('a program of another version refuses the state, and says which module it is', async () => {
  const registry = createRegistry();
  const modules = registry.modules.map((m) => (m.name === 'bank' ? { ...m, version: 2 } : m));
  const path = join(joining.dir, 'newer');
  const store = await openStore(path, { ...registry, modules }, { retainedHeights: 1 });
  const newer = await Snapshots.open({
    dir: join(joining.dir, 'none'),
    store,
    schemas: registry.schemas,
    interval: 0,
    keep: 1,
    logger: joining.log,
  });
  await newer.offer({ snapshot: honest.snapshot, appHash });
  const applied = (async () => {
    for (const [index, chunk] of honest.chunks.entries()) {
      await newer.apply({ index, chunk, sender: 'peer' });
    }
  })();
  await expect(applied).rejects.toThrow('module bank has version 1, this program needs 2');
  await store.close();
});

test('a node that fell in the middle of restoring starts over', async () => {
  await offer(honest);
  for (const [index, chunk] of honest.chunks.slice(0, -1).entries()) await apply(index, chunk);
  await joining.restart();
  expect(joining.app.info().lastBlockHeight).toBe(0n);
  expect((await apply(1, honest.chunks[1]!)).result).toBe(Chunk.ABORT);
  await restores();
});

test('a snapshot is of its height although blocks and pruning go on meanwhile', async () => {
  const { snapshots, store } = chain.node;
  const taking = snapshots.take(store.committed!);
  for (let i = 0; i < 12; i++) await chain.block();
  expect(store.at(HEIGHT)).toBeUndefined();
  const taken = await taking;
  const { manifest } = taken!;
  expect(manifest.height).toBe(HEIGHT);
  expect(manifest.chunkHashes).toEqual([sha256(Buffer.concat(honest.chunks))]);
});

test('a snapshot that cannot be written stops nothing', async () => {
  const { dir } = chain.node;
  const folder = join(dir, 'snapshots');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  await chain.block();
  expect(await chain.node.snapshots.take(chain.node.store.committed!)).toBeUndefined();
  expect(chain.node.log.errors).toEqual([]);
  rmSync(folder);
  mkdirSync(folder);
  await chain.block();
  expect(await chain.node.snapshots.take(chain.node.store.committed!)).toBeDefined();
});

test('what a crash left of a snapshot is removed, and a damaged one is not served', async () => {
  const { node } = chain;
  const folder = join(node.dir, 'snapshots');
  mkdirSync(join(folder, '9-1.partial'));
  mkdirSync(join(folder, '8-1'));
  await node.restart();
  expect(readdirSync(folder)).toEqual([`${HEIGHT}-1`]);
  const ask = { height: BigInt(HEIGHT), format: 1, chunk: 0 };
  const { chunk } = await node.app.loadSnapshotChunk(ask);
  expect(chunk.length).toBeGreaterThan(1_000);
  expect((await node.app.loadSnapshotChunk({ ...ask, chunk: 1 })).chunk).toHaveLength(0);
  writeFileSync(join(folder, `${HEIGHT}-1`, 'chunk-0'), chunk.subarray(1));
  expect((await node.app.loadSnapshotChunk(ask)).chunk).toHaveLength(0);
  expect(node.app.listSnapshots().snapshots).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});
