import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { Connection } from '../server/connection.ts';
import { DeadMan } from './deadMan.ts';
import { Disconnects } from './disconnects.ts';

type Parts = ConstructorParameters<typeof Disconnects>[0];

/** Says what was signed; `hold` keeps the next block back. */
class Chain {
  readonly signed: string[] = [];
  readonly cancelled: string[] = [];
  readonly owned: string[] = [];
  readonly parts: Parts;

  constructor() {
    const client = { owner: 'tenor1', subaccount: 0 };
    const signing = {
      send: async (msgs: readonly { told: { type: string; everything?: boolean } }[]) => {
        for (const { told } of msgs)
          this.signed.push(`${told.type} ${told.everything ?? ''}`.trim());
        await turn();
      },
    };
    const trading = {
      own: (_connection: Connection, id: string) => this.owned.push(id),
      ordersOf: () => [...this.owned],
      openOf: (ids: string[]) => ids.filter((id) => !this.cancelled.includes(id)),
      cancelEach: async (ids: string[]) => {
        await turn();
        this.cancelled.push(...ids);
      },
    };
    const market = { isFollowing: () => true };
    const log = () => undefined;
    const deadMan = new DeadMan(client as never, signing as never, market as never, log);
    this.parts = { client, trading, signing, deadMan, log } as unknown as Parts;
  }
}

const connected = () => {
  const socket = new EventEmitter();
  return { socket, connection: new Connection(socket as unknown as WebSocket) };
};

test('an order that a block has only after its connection went is taken back, too', async () => {
  const { parts, cancelled } = new Chain();
  const disconnects = new Disconnects(parts);
  const { socket, connection } = connected();
  await disconnects.enable(connection);
  socket.emit('close');
  await disconnects.settled();
  disconnects.placed(connection, '7');
  await disconnects.settled();
  expect(cancelled).toEqual(['7']);
});

test('so are the quotes of a group that was told of afterwards, and the switch ends', async () => {
  const { parts, signed } = new Chain();
  const disconnects = new Disconnects(parts);
  const { socket, connection } = connected();
  await parts.deadMan.arm('quotes');
  socket.emit('close');
  disconnects.quoted(connection, 'bot');
  await turn();
  await disconnects.settled();
  expect(signed.slice(1)).toEqual(['MsgCancelQuotes', 'MsgDeadManSwitch false']);
  expect(parts.deadMan.reach).toBe('nothing');
});

test('a smaller reach that is asked for meanwhile does not undo a larger one', async () => {
  const { parts, signed } = new Chain();
  await Promise.all([parts.deadMan.arm('everything'), parts.deadMan.arm('quotes')]);
  expect(signed).toEqual(['MsgDeadManSwitch true']);
  expect(parts.deadMan.reach).toBe('everything');
  parts.deadMan.stop();
});
