import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'smol-toml';
import type { TomlTable } from 'smol-toml';
import { toBech32 } from '@cosmjs/encoding';
import { addressOfKey } from '../../../app/lib/address.ts';
import { MsgSend } from '../../../proto/gen/cosmos.bank.v1beta1.ts';
import { engineToml } from '../../../testnet/config.ts';
import { layout } from '../../../testnet/paths.ts';
import { freePortOffset, validatorPorts } from '../../../testnet/ports.ts';
import { NodeClient } from '../../e2e/client.ts';
import { UserKey, anyOf } from '../../harness/keys.ts';
import { cpuSeconds } from './cpu.ts';
import { endEngine } from './kvstoreNetwork.ts';
import type { Lane } from './load.ts';
import { executedHeight } from './rpc.ts';
import { signedLanes } from './signedLanes.ts';
import type { Amount, Trader } from './signedLanes.ts';

const CHAIN_ID = 'peer-1';
const PREFIX = 'cosmos';
const READY_LIMIT_MS = 60_000;
/** More than the SDK's bank takes; gas is free there. */
const FEE = { gasLimit: 150_000n, fee: [] };
const COINS = [{ denom: 'stake', amount: '1000000000000' }];
const STAKED = '500000000000stake';
const KEYRING = ['--keyring-backend', 'test'];

interface SdkGenesis {
  app_state: {
    auth: { accounts: object[] };
    bank: { balances: object[]; supply: { denom: string; amount: string }[] };
  };
}

/** One validator of the SDK's `simd`, with the engine's settings of Tenor's but for recheck. */
export class SdkNetwork {
  readonly rpcs: readonly string[];
  readonly #home: string;
  readonly #program: ChildProcess;
  readonly #traders: Trader[];

  private constructor(home: string, rpc: string, program: ChildProcess, traders: Trader[]) {
    this.#home = home;
    this.rpcs = [rpc];
    this.#program = program;
    this.#traders = traders;
  }

  static async start(path: string, accounts: number, blockTimeMs: number): Promise<SdkNetwork> {
    const home = mkdtempSync(join(tmpdir(), 'tenor-simd-'));
    const traders = Array.from({ length: accounts }, (_, i) => {
      const key = new UserKey(`load ${i}`);
      return { key, address: toBech32(PREFIX, addressOfKey(key.pubkey)) };
    });
    const run = (...args: string[]) =>
      execFileSync(path, [...args, '--home', home], { stdio: 'pipe' });
    run('init', 'peer', '--chain-id', CHAIN_ID);
    run('keys', 'add', 'validator', ...KEYRING);
    run('genesis', 'add-genesis-account', 'validator', '1000000000000stake', ...KEYRING);
    run('genesis', 'gentx', 'validator', STAKED, '--chain-id', CHAIN_ID, ...KEYRING);
    run('genesis', 'collect-gentxs');
    giveCoins(layout.genesis(home), traders);
    const portOffset = await freePortOffset(1);
    configure(home, portOffset, blockTimeMs);
    const log = openSync(join(home, 'simd.log'), 'a');
    const args = ['start', '--home', home, '--minimum-gas-prices', '0stake', '--grpc.enable=false'];
    const program = spawn(path, args, { stdio: ['ignore', log, log] });
    const rpc = `http://127.0.0.1:${validatorPorts(0, portOffset).rpc}`;
    const network = new SdkNetwork(home, rpc, program, traders);
    await network.#untilReady().catch(async (error: unknown) => {
      await network.stop();
      throw error;
    });
    return network;
  }

  async #untilReady(): Promise<void> {
    for (const until = Date.now() + READY_LIMIT_MS; Date.now() < until;) {
      if ((await executedHeight(this.rpcs[0]!).catch(() => 0)) >= 3) return;
      await sleep(200);
    }
    const said = readFileSync(join(this.#home, 'simd.log'), 'utf8').slice(-2_000);
    throw new Error(`$SIMD made no blocks: ${said}`);
  }

  /** Seconds of CPU so far, of application and engine, which are one process here. */
  cpuSeconds(): number | undefined {
    return cpuSeconds([this.#program.pid ?? null]);
  }

  sends({ traders, each }: Amount): Promise<Lane[]> {
    const toAddress = this.#traders[0]!.address;
    const amount = [{ denom: 'stake', amount: '1' }];
    return signedLanes({
      ...{ chainId: CHAIN_ID, rpcs: this.rpcs, each, fee: FEE },
      node: new NodeClient({ rpc: this.rpcs[0]!, rest: null }),
      senders: this.#traders.slice(0, traders),
      msgsOf: ({ address }) => [anyOf(MsgSend, { fromAddress: address, toAddress, amount })],
    });
  }

  async stop(): Promise<void> {
    await endEngine(this.#program);
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** Writes accounts with coins into the genesis file: by its commands it takes minutes. */
function giveCoins(path: string, traders: readonly Trader[]): void {
  const genesis = JSON.parse(readFileSync(path, 'utf8')) as SdkGenesis;
  const { auth, bank } = genesis.app_state;
  const first = auth.accounts.length;
  traders.forEach(({ address }, i) => {
    auth.accounts.push({
      ...{ '@type': '/cosmos.auth.v1beta1.BaseAccount', address, pub_key: null },
      ...{ account_number: String(first + i), sequence: '0' },
    });
    bank.balances.push({ address, coins: COINS });
  });
  const given = BigInt(COINS[0]!.amount) * BigInt(traders.length);
  bank.supply = bank.supply.map(({ denom, amount }) => ({
    ...{ denom, amount: String(BigInt(amount) + given) },
  }));
  writeFileSync(path, JSON.stringify(genesis));
}

function configure(home: string, portOffset: number, blockTimeMs: number): void {
  const path = layout.engineConfig(home);
  const sockets = { abci: join(home, 'abci.sock'), feeder: '' };
  const toml = engineToml(readFileSync(path, 'utf8'), {
    ...{ index: 0, name: 'peer', home, isValidator: true, sockets, peers: [], portOffset },
    ...{ blockTimeMs, snapshotInterval: 0, archive: true, stateSync: null, metrics: false },
    ...{ readSides: [], testAccounts: '', history: '' },
  });
  // Without, it refuses a sender's next sequence after each block: it forgets what waits.
  const settings = parse(toml);
  (settings['mempool'] as TomlTable)['recheck'] = true;
  writeFileSync(path, stringify(settings));
}
