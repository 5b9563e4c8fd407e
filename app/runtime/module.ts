import type { CommitInfo, ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import type { Codec } from '../../proto/codec.ts';
import type { Json } from '../../proto/json.ts';
import type { Schema } from '../store/collection.ts';
import { BlockClass } from './blockClass.ts';
import type { Ctx, View } from './context.ts';

/** One thing that a message does: mostly the message itself, of a batch a part of it. */
export interface Action {
  readonly msg: unknown;
  readonly handler: MsgHandler;
}

export type SessionClass = 'order' | 'quote';

/** How a message is read, checked without state, and executed. */
export interface MsgHandler {
  readonly codec: Codec<unknown>;
  /** Type of the response, for TxMsgData. */
  readonly responseTypeUrl: string;
  /** Pays no gas fee; draws on the signer's allowance instead. */
  readonly feeExempt: boolean;
  /** Of a free message: what a block sets aside for it when its transaction states no gas. */
  readonly gas: number;
  /**
   * Takes orders away: goes before others into a full block, always has the gas it needs, and draws
   * on an allowance of its own where it is exempt.
   */
  readonly isCancel: boolean;
  /** Its place inside a block, by its own bytes alone. */
  blockClass(msg: unknown): BlockClass;
  /** Which sessions may send it, beside cancels, which all may; none if absent. */
  readonly sessionClass?: SessionClass | undefined;
  /** Address of the account that must have signed. */
  signer(msg: unknown): string;
  /** Stateless checks. @throws Reject */
  validate(msg: unknown): void;
  /** What a checked message that carries others does, in order; what each is counts, not it. */
  readonly parts?: (msg: unknown) => readonly Action[];
  /** Load, decide, apply. Returns the encoded response. @throws Reject */
  execute(ctx: Ctx, msg: unknown): Uint8Array;
}

interface TypedHandler<M, R> {
  codec: Codec<M>;
  response: Codec<R>;
  feeExempt?: boolean;
  gas?: number;
  isCancel?: boolean;
  /** Unless told, a cancel comes first and all else last. */
  blockClass?: BlockClass | ((msg: M) => BlockClass);
  sessionClass?: SessionClass;
  signer(msg: M): string;
  validate(msg: M): void;
  parts?: (msg: M) => readonly Action[];
  execute(ctx: Ctx, msg: M): R;
}

/** What an exempt message takes, more or less, unless it says so itself. */
const MSG_GAS = 25_000;

/** A handler with its types, as the router keeps it. */
export function handler<M, R>(typed: TypedHandler<M, R>): MsgHandler {
  const { parts, isCancel = false } = typed;
  const { blockClass = isCancel ? BlockClass.CANCEL : BlockClass.TAKE } = typed;
  return {
    ...(parts === undefined ? {} : { parts: (msg: unknown) => parts(msg as M) }),
    codec: typed.codec,
    responseTypeUrl: typed.response.typeUrl,
    feeExempt: typed.feeExempt ?? false,
    gas: typed.gas ?? MSG_GAS,
    isCancel,
    blockClass: (msg) => (typeof blockClass === 'function' ? blockClass(msg as M) : blockClass),
    sessionClass: typed.sessionClass,
    signer: (msg) => typed.signer(msg as M),
    validate: (msg) => {
      typed.validate(msg as M);
    },
    execute: (ctx, msg) => typed.response.encode(typed.execute(ctx, msg as M)),
  };
}

/** Answers a query path from state at a height. Bytes in, bytes out. @throws Reject */
export type QueryHandler = (view: View, request: Uint8Array) => Uint8Array;

export function query<Q, R>(
  request: Pick<Codec<Q>, 'decode'>,
  response: Pick<Codec<R>, 'encode'>,
  answer: (view: View, request: Q) => R,
): QueryHandler {
  return (view, bytes) => response.encode(answer(view, request.decode(bytes)));
}

/** A module's governed parameters: one message replaces them as a whole. */
export interface ParamsSpec {
  readonly typeUrl: string;
  readonly schema: Schema;
  /** Decodes and checks new parameters, then stores them. @throws Reject */
  update(ctx: Ctx, bytes: Uint8Array): void;
  /** The parameters in force, encoded. */
  current(view: View): Uint8Array;
}

export interface ValidatorUpdate {
  /** Ed25519 public key. */
  readonly pubkey: Uint8Array;
  readonly power: bigint;
}

export interface GenesisSpec {
  /** Checks the module's part of genesis without state. @throws Error naming the field */
  validate(genesis: unknown): void;
  init(ctx: Ctx, genesis: unknown): void;
  export(view: View): Json;
}

/**
 * What a module says in, and takes from, vote extensions. Reports are bytes from the node's edge.
 */
export interface VotesSpec {
  /** The bytes to send with a vote: the report when it would be accepted, else empty. */
  extend(view: View, report: Uint8Array | null): Uint8Array;
  verify(view: View, extension: Uint8Array): boolean;
  /** First transaction of a proposal, from the commit of the height before. */
  inject(view: View, commit: ExtendedCommitInfo): Uint8Array;
  /** What is wrong with a proposal's first transaction, or null. */
  check(view: View, first: Uint8Array | undefined, lastCommit: CommitInfo): string | null;
  /** Takes the votes in, before anything else in the block. */
  apply(ctx: Ctx, first: Uint8Array | undefined): void;
}

/**
 * Takes a module's state from version `from` to the next, inside the block of an upgrade. It may
 * change the values of a collection, or move them to one with another prefix: a prefix never gets
 * another format, so that the state before can be read. What is derived is rebuilt afterwards.
 */
export interface Migration {
  readonly from: number;
  run(ctx: Ctx): void;
}

/** A plan that a program can carry out. */
export interface Upgrade {
  readonly name: string;
  /** Genesis of modules that come with it, by name. */
  readonly adds?: Readonly<Record<string, Json>>;
}

/** One part of the state machine. The contract is the documentation: see each module's README. */
export interface Module {
  /** Store name, error codespace, and key in genesis. */
  readonly name: string;
  /** The collections of its state.ts: `schemasOf(state)`. */
  readonly schemas: readonly Schema[];
  readonly msgs: readonly MsgHandler[];
  readonly queries: Readonly<Record<string, QueryHandler>>;
  readonly genesis: GenesisSpec;
  /** Each returns null, or a sentence that says what is broken. */
  readonly invariants: Readonly<Record<string, (view: View) => string | null>>;
  readonly params?: ParamsSpec;
  /** Of its state; 1 if absent. */
  readonly version?: number;
  /** One from each version below its own. */
  readonly migrations?: readonly Migration[];
  readonly votes?: VotesSpec;
  /** Rebuilds derived collections after a start. */
  rebuild?(ctx: Ctx): void;
  beginBlock?(ctx: Ctx): void;
  endBlock?(ctx: Ctx): readonly ValidatorUpdate[] | undefined;
}
