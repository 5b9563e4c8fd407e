import type { Json } from '../../proto/json.ts';

// What clients and server say to each other: docs/streams.md is the contract.

/** A channel by its name; with where to go on from, if the client had it before. */
export interface Wanted {
  readonly channel: string;
  readonly from?: { readonly epoch: string; readonly seq: number };
}

/** Of the client's own making: comes back with the answer. */
export type RequestId = string | number | undefined;

export type Request =
  | { readonly op: 'subscribe'; readonly id: RequestId; readonly channels: readonly Wanted[] }
  | { readonly op: 'unsubscribe'; readonly id: RequestId; readonly channels: readonly string[] }
  | { readonly op: 'ping'; readonly id: RequestId };

/** Codes of errors with when they come: never renamed. */
export const ERRORS = {
  bad_request: 'not JSON, or not one of the requests',
  unknown_channel: 'there is no channel of such a name',
  not_found: 'no such series, underlying or address',
  not_subscribed: 'of unsubscribe',
  too_many_channels: 'more than a client may have',
  busy: 'the node has as many channels as it can: try another node',
  not_ready: 'the node has no state yet: try again in a moment',
  internal: 'a fault of the node, which has logged it',
} as const;
export type ErrorCode = keyof typeof ERRORS;

/** Why the server closes a connection: WebSocket's close codes. */
export const CLOSE = {
  goingAway: 1001,
  tooSlow: 4001,
  tooManyRequests: 4002,
  silent: 4003,
} as const;

/** A refusal of what a client asked for; the message says what to do. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const CHANNELS_PER_REQUEST_MAX = 500;
export const NAME_MAX = 128;
export const EPOCH_MAX = 64;
export const ID_MAX = 64;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const bad = (message: string) => new StreamError('bad_request', message);

/** @throws StreamError that says what is wrong */
export function parseRequest(text: string): Request {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw bad('a request is one JSON object');
  }
  if (!isFields(json)) throw bad('a request is one JSON object');
  const id = idOf(json);
  try {
    return { ...readRequest(json), id };
  } catch (error) {
    if (error instanceof StreamError) throw new RequestError(error, id);
    throw error;
  }
}

/** A refusal of a request that has an id. */
export class RequestError extends StreamError {
  readonly id: RequestId;

  constructor({ code, message }: StreamError, id: RequestId) {
    super(code, message);
    this.id = id;
  }
}

function idOf({ id }: Fields): RequestId {
  if (id === undefined || Number.isSafeInteger(id)) return id as RequestId;
  if (typeof id === 'string' && id.length <= ID_MAX) return id;
  throw bad(`id is a whole number or a text of at most ${ID_MAX} characters`);
}

type Unnamed = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

function readRequest({ op, channels }: Fields): Unnamed {
  if (op === 'ping') return { op };
  if (op !== 'subscribe' && op !== 'unsubscribe') {
    throw bad('op is subscribe, unsubscribe or ping');
  }
  if (!Array.isArray(channels) || channels.length === 0) {
    throw bad('channels is a list of names, such as ["book:BTC-27DEC26-100000-C"]');
  }
  if (channels.length > CHANNELS_PER_REQUEST_MAX) {
    throw bad(`at most ${CHANNELS_PER_REQUEST_MAX} channels in a request`);
  }
  const wanted = channels.map(wantedOf);
  if (op === 'subscribe') return { op, channels: wanted };
  return { op, channels: wanted.map(({ channel }) => channel) };
}

function wantedOf(entry: unknown): Wanted {
  if (typeof entry === 'string') return { channel: nameOf(entry) };
  if (!isFields(entry)) throw bad('a channel is a name, or an object with channel, epoch and seq');
  const { channel, epoch, seq } = entry;
  if (epoch === undefined && seq === undefined) return { channel: nameOf(channel) };
  const isEpoch = typeof epoch === 'string' && epoch.length <= EPOCH_MAX;
  if (!isEpoch || !Number.isSafeInteger(seq) || (seq as number) < 0) {
    throw bad('to go on, give the epoch and seq of the last message of the channel');
  }
  return { channel: nameOf(channel), from: { epoch, seq: seq as number } };
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && name.length <= NAME_MAX) return name;
  throw bad(`the name of a channel is a text of at most ${NAME_MAX} characters`);
}

/** What the server says, encoded once for all who hear it. */
export const encodeMessage = (message: { readonly [key: string]: Json | undefined }): Buffer =>
  Buffer.from(JSON.stringify(message));
