import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'smol-toml';
import { engineToml } from '../../../testnet/config.ts';
import { engineGenesis } from '../../../testnet/genesis.ts';
import { generateKeys, nodeId } from '../../../testnet/keys.ts';
import { enginePath, layout, socketsOf, validatorName } from '../../../testnet/paths.ts';
import { freePortOffset, validatorPorts } from '../../../testnet/ports.ts';
import { executedHeight } from './rpc.ts';

const READY_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 5_000;

/** A network of engines with their built-in key-value store, set up as Tenor's validators are. */
export class KvstoreNetwork {
  readonly dir: string;
  readonly rpcs: readonly string[];
  readonly #engines: readonly ChildProcess[];

  private constructor(dir: string, rpcs: string[], engines: ChildProcess[]) {
    this.dir = dir;
    this.rpcs = rpcs;
    this.#engines = engines;
  }

  static async start(validators: number, blockTimeMs: number): Promise<KvstoreNetwork> {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-kvstore-'));
    const portOffset = await freePortOffset(validators);
    const keys = await generateKeys(enginePath(), dir, validators);
    const genesis = engineGenesis(keys, {}, Date.now());
    // The store votes without extensions.
    const { consensus_params: params } = genesis as { consensus_params: { abci?: object } };
    params.abci = { vote_extensions_enable_height: '0' };
    const addresses = keys.map(({ index, home }) => {
      return `${nodeId(home)}@127.0.0.1:${validatorPorts(index, portOffset).p2p}`;
    });
    const engines = keys.map(({ index, home }) => {
      const peers = addresses.filter((_, other) => other !== index);
      const sockets = socketsOf(dir, index);
      const run = {
        ...{ portOffset, blockTimeMs, snapshotInterval: 0, archive: true, stateSync: null },
        ...{ readSides: [], testAccounts: '', history: '' },
        metrics: false,
      };
      const name = validatorName(index);
      const config = { index, name, home, isValidator: true, sockets, peers, ...run };
      const path = layout.engineConfig(home);
      const toml = parse(engineToml(readFileSync(path, 'utf8'), config));
      writeFileSync(path, stringify({ ...toml, proxy_app: 'kvstore' }));
      writeFileSync(layout.genesis(home), JSON.stringify(genesis));
      const log = openSync(join(dir, `engine${index}.log`), 'a');
      return spawn(enginePath(), ['start', '--home', home], { stdio: ['ignore', log, log] });
    });
    const rpcs = keys.map(
      ({ index }) => `http://127.0.0.1:${validatorPorts(index, portOffset).rpc}`,
    );
    const network = new KvstoreNetwork(dir, rpcs, engines);
    await network.#untilReady().catch(async (error: unknown) => {
      await network.stop();
      throw error;
    });
    return network;
  }

  async #untilReady(): Promise<void> {
    for (const until = Date.now() + READY_LIMIT_MS; Date.now() < until;) {
      const heights = await Promise.all(this.rpcs.map((rpc) => executedHeight(rpc).catch(() => 0)));
      if (heights.every((height) => height >= 3)) return;
      await sleep(200);
    }
    throw new Error(`the key-value stores made no blocks: see ${this.dir}/engine0.log`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#engines.map(endEngine));
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Ends a process that this one started. */
export async function endEngine(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null || engine.signalCode !== null) return;
  const gone = once(engine, 'exit');
  engine.kill('SIGTERM');
  const late = sleep(STOP_GRACE_MS, undefined, { ref: false }).then(() => {
    engine.kill('SIGKILL');
  });
  await Promise.race([gone, late]);
  await gone;
}

/** Transactions of the store, each as long as given: a key of its own and a value. */
export function kvstoreTxs(count: number, bytes: number): Uint8Array[] {
  const run = randomBytes(6).toString('hex');
  return Array.from({ length: count }, (_, i) => Buffer.from(`${run}${i}=`.padEnd(bytes, 'v')));
}
