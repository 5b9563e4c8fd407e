import { InvalidArgumentError, type Command } from 'commander';
import {
  DEFAULT_RULES,
  LightClient,
  LightError,
  RpcProvider,
  VerifiedState,
  askWitnesses,
} from '../../light/index.ts';
import type {
  LightFault,
  Testimony,
  TrustRules,
  Trusted,
  VerifiedHeader,
} from '../../light/index.ts';
import { wholeNumber } from '../commands/verb.ts';
import { CliError, exitCodes } from '../errors.ts';
import type { ExitCode } from '../errors.ts';
import type { Session } from '../session.ts';
import { findRoot } from './findRoot.ts';
import type { TrustFlags } from './findRoot.ts';
import { TrustStore } from './trustStore.ts';

const MS_PER_HOUR = 3_600_000;
const DEFAULT_WAIT_SECONDS = 30;

export interface LightFlags extends TrustFlags {
  readonly trustingPeriod: number;
  readonly witness?: readonly string[];
  readonly height?: number;
  /** Seconds. */
  readonly timeout: number;
}

function addUrl(text: string, before: readonly string[] = []): string[] {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(url)) throw new InvalidArgumentError('It is like http://127.0.0.1:26657.');
  return [...before, url.replace(/\/+$/, '')];
}

/** Options of commands that verify. */
export const lightOptions = (command: Command): Command =>
  command
    .option('--height <h>', 'of the state at this height (the last)', wholeNumber(1, 1e15))
    .option('--genesis <file>', 'trust the validators of this genesis file')
    .option('--trust-height <h>', 'trust the block of this height…', wholeNumber(1, 1e15))
    .option('--trust-hash <hash>', '…if this is its hash')
    .option('--trust-first-answer', 'where nothing is trusted yet, believe the node once')
    .option(
      '--trusting-period <hours>',
      'how long a verified block vouches for later ones',
      wholeNumber(1, 1e5),
      DEFAULT_RULES.periodMs / MS_PER_HOUR,
    )
    .option('--witness <url>', 'another node that must agree; may be repeated', addUrl)
    .option(
      '--timeout <seconds>',
      'how long to wait for the block with the proof’s root',
      wholeNumber(1, 3_600),
      DEFAULT_WAIT_SECONDS,
    );

/** What a verification rests on, to be told with its result. */
export interface Ground {
  readonly header: VerifiedHeader;
  readonly root: string;
  /** Headers that were verified on the way. */
  readonly steps: number;
  readonly witnesses: readonly Testimony[];
}

/** A light client of this session's chain, with its trust read from and kept in files. */
export class Light {
  readonly #client: LightClient;
  readonly #session: Session;
  readonly #flags: LightFlags;
  readonly #rules: TrustRules;
  readonly #root: { readonly words: string; readonly id: string };
  /** What was trusted at the start. */
  readonly #before: readonly Trusted[];
  readonly #store: TrustStore;

  private constructor(of: {
    readonly client: LightClient;
    readonly session: Session;
    readonly flags: LightFlags;
    readonly rules: TrustRules;
    readonly root: { readonly words: string; readonly id: string };
    readonly store: TrustStore;
  }) {
    this.#client = of.client;
    this.#session = of.session;
    this.#flags = of.flags;
    this.#rules = of.rules;
    this.#root = of.root;
    this.#store = of.store;
    this.#before = of.client.trusted;
  }

  /** @throws CliError when nothing is trusted */
  static async open(session: Session, flags: LightFlags): Promise<Light> {
    const store = new TrustStore(session.settings.trustDir);
    const provider = new RpcProvider(session.settings.node);
    const { nodeInfo } = await (await session.node()).status();
    const found = findRoot(session, flags, nodeInfo.network, (id) => store.load(id));
    const { chainId, words, isGiven } = found;
    const before = store.load(chainId);
    const rules = { ...DEFAULT_RULES, periodMs: flags.trustingPeriod * MS_PER_HOUR };
    const { clock } = session;
    const make = (id: string, trusted: readonly Trusted[]) => {
      const client = new LightClient({ provider, trusted, rules, clock });
      return new Light({ client, session, flags, rules, root: { words, id }, store });
    };
    if (!isGiven && before !== null) return make(before.rootId, before.trusted);
    const { id, trusted } = await telling(found.resolve(provider));
    if (before?.rootId === id) return make(id, before.trusted);
    if (before !== null) {
      session.out.note(
        `Trust starts anew from ${words}: what is remembered of ${chainId} has another root.`,
      );
    }
    return make(id, [trusted]);
  }

  /** What --height names; undefined for the last state. */
  get height(): number | undefined {
    return this.#flags.height;
  }

  /** Does something with the state that --height names, each record of it proved. */
  async state<T>(read: (state: VerifiedState) => Promise<T>): Promise<[T, VerifiedState, Ground]> {
    const { height = null, timeout } = this.#flags;
    const state = await telling(VerifiedState.at(this.#client, height, timeout * 1_000));
    const ground = await this.#ground(state.header);
    return [await telling(read(state)), state, ground];
  }

  /** A header; null: the last. */
  async header(height: number | null): Promise<Ground> {
    const { provider } = this.#client;
    const of = height ?? (await telling(provider.latestHeight()));
    return this.#ground(await telling(this.#client.header(of)));
  }

  /** Asks the witnesses, and remembers what is trusted now only when none contradicts. */
  async #ground(header: VerifiedHeader): Promise<Ground> {
    const { clock } = this.#session;
    const waitMs = Math.min(this.#flags.timeout * 1_000, 5_000);
    const check = { header, trusted: this.#before, rules: this.#rules, clock, waitMs };
    const witnesses = await telling(askWitnesses(this.#witnesses(), check));
    const { chainId, trusted, steps } = this.#client;
    this.#store.save(chainId, { rootId: this.#root.id, trusted });
    return { header, root: this.#root.words, steps, witnesses };
  }

  /** Those that were named, or the other nodes of the local network. */
  #witnesses(): RpcProvider[] {
    const { settings } = this.#session;
    const { testnet } = settings;
    const nodes = testnet?.chainId === this.#client.chainId ? testnet.nodes : [];
    const others = nodes.map(({ rpc }) => rpc);
    const urls = this.#flags.witness ?? others;
    return urls.filter((url) => url !== settings.node).map((url) => new RpcProvider(url));
  }
}

const faults: Readonly<Record<LightFault, readonly [ExitCode, string, string]>> = {
  lie: [
    exitCodes.wrongProof,
    'NOT VERIFIED, the node’s answer is wrong',
    'Do not believe this node; ask another with --node.',
  ],
  attack: [
    exitCodes.attack,
    'NOT VERIFIED, the chain is under attack',
    'Believe neither, and tell people who run nodes of this chain.',
  ],
  expired: [
    exitCodes.untrusted,
    'Trust has expired',
    'Name a recent block that somebody you believe vouches for: --trust-height H --trust-hash HASH',
  ],
  unprovable: [
    exitCodes.unproven,
    'The node cannot prove it',
    'Ask for a later height, or another node.',
  ],
  late: [
    exitCodes.timeout,
    'Not verified',
    'If the chain stands still, verify an earlier height: --height H.',
  ],
  unreachable: [exitCodes.unreachable, 'Not verified', 'Name a node with --node or TENOR_NODE.'],
};

/** What goes wrong in verifying, as an error with its exit code. */
export async function telling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof LightError)) throw error;
    const [exitCode, what, advice] = faults[error.fault];
    throw new CliError(exitCode, `${what}: ${error.message}.`, advice);
  }
}
