import { int64, integer, list, object, oneOf, string } from '../openapi/schema.ts';
import type { Schema } from '../openapi/schema.ts';
import {
  CHANNELS_PER_REQUEST_MAX,
  EPOCH_MAX,
  ERRORS,
  ID_MAX,
  NAME_MAX,
} from '../stream/protocol.ts';
import { described, trade } from './documents.ts';
import { PatchShapes, WholeShapes } from './shapes.ts';

const fixed = (value: string): Schema => ({ const: value });
const id: Schema = { type: ['integer', 'string'], maxLength: ID_MAX };
const channel: Schema = { type: 'string', maxLength: NAME_MAX };
const at = { height: int64, timeMs: int64 };
const epoch: Schema = { type: 'string', maxLength: EPOCH_MAX };
const seq: Schema = { type: 'integer', minimum: 0 };

const upTo = (items: Schema): Schema => ({
  ...list(items),
  ...{ minItems: 1, maxItems: CHANNELS_PER_REQUEST_MAX },
});

/** A message that is said: what it means, and what it looks like. */
export interface Said {
  readonly summary: string;
  readonly payload: Schema;
}

/** What clients may say. */
export const requests: Readonly<Record<string, Said>> = {
  subscribe: {
    summary: 'To channels; a resumption names the last message that was heard of one.',
    payload: object(
      {
        ...{ op: fixed('subscribe'), id },
        channels: upTo({ anyOf: [channel, object({ channel, epoch, seq })] }),
      },
      ['id'],
    ),
  },
  unsubscribe: {
    summary: 'From channels.',
    payload: object({ op: fixed('unsubscribe'), id, channels: upTo(channel) }, ['id']),
  },
  ping: {
    summary: 'Whether the node is there.',
    payload: object({ op: fixed('ping'), id }, ['id']),
  },
};

const errorCodes: Schema = {
  ...oneOf(Object.keys(ERRORS)),
  description: Object.entries(ERRORS)
    .map(([code, when]) => `${code}: ${when}`)
    .join('; '),
};

/** What is said of the connection and of subscriptions. */
export const answers: Readonly<Record<string, Said>> = {
  welcome: {
    summary: 'The first message of a connection.',
    payload: object({ type: fixed('welcome'), chainId: string, ...at, heartbeatMs: integer }),
  },
  heartbeat: {
    summary: 'Every heartbeatMs: without one for thrice as long the connection is dead.',
    payload: object({ type: fixed('heartbeat'), ...at }),
  },
  pong: {
    summary: 'The answer to a ping.',
    payload: object({ type: fixed('pong'), id, height: int64 }, ['id']),
  },
  subscribed: {
    summary: 'To a channel: from a snapshot (new, or gap: what was between is gone), or resumed.',
    payload: object(
      { type: fixed('subscribed'), id, channel, how: oneOf(['new', 'resumed', 'gap']) },
      ['id'],
    ),
  },
  unsubscribed: {
    summary: 'From a channel.',
    payload: object({ type: fixed('unsubscribed'), id, channel }, ['id']),
  },
  error: {
    summary: 'A refusal; the connection goes on.',
    payload: object(
      {
        type: fixed('error'),
        id,
        // As it was asked for, whatever that was.
        channel: string,
        code: errorCodes,
        message: string,
      },
      ['id', 'channel'],
    ),
  },
  ended: {
    summary: 'The channel is no more, as the book of a series that has expired.',
    payload: object({ type: fixed('ended'), channel, reason: string }),
  },
};

/** What channels say, by `kind.type`; with the schemas that their payloads refer to. */
export function channelMessages() {
  const whole = new WholeShapes();
  const patch = new PatchShapes(whole);
  const said: Record<string, Said> = {};
  for (const [kind, one] of Object.entries(described)) {
    const { name, pattern, summary, document, isPatched, events } = one;
    const payload = (type: string, data: Schema) =>
      object({
        ...{ type: fixed(type), channel: { type: 'string', pattern } },
        ...{ epoch, seq, ...at, data },
      });
    const snapshot = payload('snapshot', document(whole));
    said[`${kind}.snapshot`] = { summary: `${name}: ${summary}`, payload: snapshot };
    if (isPatched) {
      const summary = `${name}: what has changed, as a JSON merge patch (RFC 7386).`;
      said[`${kind}.patch`] = { summary, payload: payload('patch', document(patch)) };
    }
    if (events !== undefined) {
      const summary = `${name}: what happened.`;
      said[`${kind}.events`] = { summary, payload: payload('events', events()) };
    }
  }
  const schemas = { Trade: trade(whole), ...whole.messages.schemas, ...patch.messages.schemas };
  return { said, schemas };
}
