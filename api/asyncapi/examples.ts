// Of what is sent and heard: a test sends these requests to a node and hears such answers.
const SERIES = 'BTC-27DEC26-100000-C';
const AT = { height: '4711', timeMs: '1795900000000' };
const OF = { epoch: '5f0c2a91-1', seq: 17, ...AT };
const book = `book:${SERIES}`;

/** By the name of a message. */
export const examples: Readonly<Record<string, readonly object[]>> = {
  subscribe: [
    { op: 'subscribe', id: 1, channels: [book, 'trades:BTC'] },
    { op: 'subscribe', channels: [{ channel: 'blocks', epoch: '5f0c2a91-1', seq: 17 }] },
    { op: 'subscribe', id: 'all', channels: ['ticker:BTC', 'oracle:BTC', 'surface:BTC'] },
  ],
  unsubscribe: [{ op: 'unsubscribe', id: 2, channels: [book] }],
  ping: [{ op: 'ping', id: 'are you there' }],
  welcome: [{ type: 'welcome', chainId: 'tenor-local-1', ...AT, heartbeatMs: 10_000 }],
  heartbeat: [{ type: 'heartbeat', ...AT }],
  pong: [{ type: 'pong', id: 'are you there', height: '4711' }],
  subscribed: [
    { type: 'subscribed', id: 1, channel: book, how: 'new' },
    { type: 'subscribed', channel: 'blocks', how: 'gap' },
  ],
  unsubscribed: [{ type: 'unsubscribed', id: 2, channel: book }],
  error: [
    {
      ...{ type: 'error', id: 3, channel: 'book:nothing', code: 'unknown_channel' },
      message: 'channels are …',
    },
  ],
  ended: [{ type: 'ended', channel: book, reason: 'the series has expired' }],
  'book.snapshot': [
    {
      ...{ type: 'snapshot', channel: book, ...OF },
      data: {
        ...{ symbol: SERIES, bids: { '1200000000': { quantity: '5000', orders: 1 } }, asks: {} },
      },
    },
  ],
  'book.patch': [
    {
      ...{ type: 'patch', channel: book, ...OF, seq: 18 },
      data: {
        bids: { '1200000000': null },
        asks: { '1300000000': { quantity: '10000', orders: 1 } },
      },
    },
  ],
  'blocks.events': [
    {
      ...{ type: 'events', channel: 'blocks', ...OF, seq: 18 },
      data: { blocks: [{ ...AT, appHash: 'AB'.repeat(32), txs: 3, failedTxs: 0 }] },
    },
  ],
};
