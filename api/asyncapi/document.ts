import { DEFAULT_STREAM_LIMITS } from '../stream/limits.ts';
import { CLOSE } from '../stream/protocol.ts';
import { STREAM_PATH } from '../stream/streams.ts';
import { CHAIN_VERSION } from '../versions.ts';
import { examples } from './examples.ts';
import { answers, channelMessages, requests } from './messages.ts';
import type { Said } from './messages.ts';

const DESCRIPTION = [
  'Everything that changes on the exchange, over one WebSocket. Each message is one JSON object of',
  'text; 64-bit integers are text in base units; what does not exist is absent. A channel begins',
  'with a snapshot, and goes on with patches and events whose seq grows by one: a number that is',
  'missing is a message that was missed. Nothing asks for a key.',
].join(' ');

/** The AsyncAPI 3.0 document of `/stream`, of the definitions that serve it. */
export function asyncApiDocument() {
  const { said, schemas } = channelMessages();
  const heard = { ...answers, ...said };
  const refs = (names: readonly string[], from: string) =>
    names.map((name) => ({ $ref: `${from}/messages/${name}` }));
  const all = { ...requests, ...heard };
  const ofChannel = '#/channels/stream';
  const operation = (action: 'receive' | 'send', summary: string, names: readonly string[]) => ({
    ...{ action, summary, channel: { $ref: ofChannel } },
    messages: refs(names, ofChannel),
  });
  return {
    asyncapi: '3.0.0',
    info: {
      ...{ title: 'Tenor streams', version: CHAIN_VERSION, description: DESCRIPTION },
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: { host: '127.0.0.1:1317', protocol: 'ws', description: 'A node of this machine.' },
    },
    channels: {
      stream: {
        address: STREAM_PATH,
        summary: 'One connection: its channels are named in messages.',
        messages: Object.fromEntries(
          Object.keys(all).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      ask: operation('receive', 'What clients say.', Object.keys(requests)),
      tell: operation('send', 'What the node says.', Object.keys(heard)),
    },
    components: {
      messages: Object.fromEntries(
        Object.entries(all).map(([name, one]) => [name, messageOf(name, one)]),
      ),
      schemas,
    },
    'x-close-codes': { ...CLOSE, tooBig: 1009 },
    'x-limits': DEFAULT_STREAM_LIMITS,
  };
}

function messageOf(name: string, { summary, payload }: Said) {
  const given = (examples[name] ?? []).map((example) => ({ payload: example }));
  const shown = given.length === 0 ? {} : { examples: given };
  return { name, summary, contentType: 'application/json', payload, ...shown };
}
