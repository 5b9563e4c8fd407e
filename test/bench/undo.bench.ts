import { Subaccount } from '../../proto/gen/tenor.accounts.v1.ts';
import { GasMeter } from '../../app/lib/gas.ts';
import { u64 } from '../../app/lib/keys.ts';
import { Collection } from '../../app/store/collection.ts';
import { Commitment } from '../../app/store/commitment.ts';
import { schemaFinder } from '../../app/store/load.ts';
import { State } from '../../app/store/state.ts';
import { undoWrites } from '../../app/store/undo.ts';
import type { Emit } from './figure.ts';

export const name = 'undo';

const SIZES = [10_000, 100_000, 400_000];
const UPDATES = 10_000;
const BLOCKS = 25;

const subaccounts = new Collection<bigint, Subaccount>({
  ...{ store: 'accounts', prefix: 1, name: 'subaccounts', storage: 'proved' },
  key: u64,
  value: Subaccount,
});
const owner = 'tenor1qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyq';
const record = (id: number, cash: number): Subaccount => ({
  ...{ id: BigInt(id), owner, number: id & 255, cashUusd: BigInt(cash) * 1_000_003n },
  ...{ mode: 0, lossUnderlyingId: 0, positions: 3, openOrders: 5 },
});
const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1]!;
/** CPU time: what else the machine does is none of it. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** What a block's undo costs beside the hashing of its trees, at 10,000 updates. */
export async function run(emit: Emit): Promise<void> {
  for (const keys of SIZES) {
    const state = new State();
    const writer = { state, gas: new GasMeter(Infinity), writable: true as const };
    const disk = { get: undefined, scan: undefined, size: undefined, isEmpty: undefined };
    const commitment = await Commitment.load(disk as never, ['accounts'], 0, () => undefined);
    for (let id = 0; id < keys; id++) subaccounts.set(writer, BigInt(id), record(id, id));
    commitment.commit(state.takeChanges(), 1);
    const schemaOf = schemaFinder([subaccounts.spec]);
    const undoMs: number[] = [];
    const treesMs: number[] = [];
    let bytes = 0;
    for (let block = 2; block < 2 + BLOCKS; block++) {
      // As a committed version does, so that the block copies what it touches.
      state.fork();
      for (let i = 0; i < UPDATES; i++) {
        const id = (i * 7_919 + block * 104_729) % keys;
        const { cashUusd, ...rest } = subaccounts.must(writer, BigInt(id));
        subaccounts.set(writer, BigInt(id), { ...rest, cashUusd: cashUusd + BigInt(block) });
      }
      const changes = state.takeChanges();
      const start = cpuMs();
      const undo = { height: block, meta: new Uint8Array(80) };
      const writes = undoWrites(undo, changes, schemaOf, 0);
      const middle = cpuMs();
      commitment.commit(changes, block);
      treesMs.push(cpuMs() - middle);
      undoMs.push(middle - start);
      bytes = writes.reduce((sum, [, record]) => sum + (record?.length ?? 0), 0);
    }
    const peer = `hashing the trees of the same block, ${median(treesMs).toFixed(1)} ms`;
    const value = median(undoMs);
    emit({
      name: `undo of ${UPDATES} updates, ${keys} keys`,
      ...{ value, unit: 'ms a block', peer, ratio: value / median(treesMs) },
    });
    emit({ name: `undo, ${keys} keys`, value: bytes / UPDATES, unit: 'bytes an update' });
  }
}
