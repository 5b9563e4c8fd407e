// Subscribers of a node's streams, in a process of their own: `node subscribers.mjs URL`, with a
// list of channels a client as JSON on the first line of standard input. Says `ready`, and when its
// input ends when each was told of its fills: `[height, Unix ms]`.
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const [url] = process.argv.slice(2);
const fills = [];
let messages = 0;
let snapshots = 0;
let wanted = Infinity;
const closed = [];

function follow(channels) {
  const socket = new WebSocket(url);
  socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', channels })));
  socket.on('close', (code, reason) => closed.push(`${code} ${reason}`));
  socket.on('message', (data) => {
    const nowMs = performance.timeOrigin + performance.now();
    messages++;
    const text = data.toString();
    if (text.startsWith('{"type":"snapshot"')) {
      if (++snapshots === wanted) process.stdout.write('ready\n');
    } else if (text.startsWith('{"type":"events","channel":"account:')) {
      const { height, data: told } = JSON.parse(text);
      if (told.fills.length > 0) fills.push([Number(height), nowMs]);
    }
  });
}

createInterface({ input: process.stdin })
  .once('line', (line) => {
    const clients = JSON.parse(line);
    wanted = clients.reduce((sum, channels) => sum + channels.length, 0);
    clients.forEach(follow);
  })
  .once('close', () => {
    process.stdout.write(`${JSON.stringify({ fills, messages, closed })}\n`, () => process.exit());
  });
