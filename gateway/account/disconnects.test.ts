import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { Refusal, TxTimeout } from '../../client/index.ts';
import { MsgMassQuoteResponse } from '../../proto/gen/tenor.clob.v1.ts';
import type { QuoteRefusal } from '../../proto/gen/tenor.clob.v1.ts';
import { Connection } from '../server/connection.ts';
import { DeadMan } from './deadMan.ts';
import { Disconnects, HTTP_QUOTES_MS } from './disconnects.ts';

type Parts = ConstructorParameters<typeof Disconnects>[0];

interface Told {
  readonly type: string;
  readonly everything?: boolean;
  readonly timeoutMs?: number;
  readonly group?: string;
  readonly quotes?: readonly { readonly series: string }[];
}

const textOf = ({ type, everything, timeoutMs, group, quotes }: Told): string => {
  const name = type.replace('Msg', '');
  if (type === 'MsgDeadManSwitch') {
    return `${name} ${timeoutMs === 0 ? 'off' : everything ? 'everything' : 'quotes'}`;
  }
  return [name, group, ...(quotes ?? []).map(({ series }) => series)].join(' ');
};

/** Says what was signed; `fails` throws for what is signed next. */
class Chain {
  readonly signed: string[] = [];
  readonly cancelled: string[] = [];
  readonly parts: Parts;
  fails: Error[] = [];
  /** Of the sides of quotes. */
  refusals: QuoteRefusal[] = [];
  readonly #owned = new Map<Connection, string[]>();

  constructor() {
    const client = { owner: 'tenor1', subaccount: 0 };
    const signing = {
      send: async (msgs: readonly { readonly told: Told }[]) => {
        this.signed.push(...msgs.map(({ told }) => textOf(told)));
        await new Promise((resolve) => setImmediate(resolve));
        const failure = this.fails.shift();
        if (failure !== undefined) throw failure;
        const answer = { quoted: 0, removed: 0, refusals: this.refusals };
        const value = MsgMassQuoteResponse.encode(answer);
        return { responses: [{ typeUrl: MsgMassQuoteResponse.typeUrl, value }] };
      },
    };
    const trading = {
      own: (connection: Connection, id: string) =>
        this.#owned.set(connection, [...(this.#owned.get(connection) ?? []), id]),
      ordersOf: (connection: Connection) => this.#owned.get(connection) ?? [],
      openOf: (ids: string[]) => ids.filter((id) => !this.cancelled.includes(id)),
      cancelEach: async (ids: string[]) => {
        await signing.send([{ told: { type: 'MsgBatch', group: ids.join() } }]);
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
  const socket = Object.assign(new EventEmitter(), { readyState: 1, OPEN: 1 });
  const connection = new Connection(socket as unknown as WebSocket);
  const drop = () => {
    socket.readyState = 3;
    socket.emit('close');
  };
  return { drop, connection };
};

const lost = () => new TxTimeout('AB', { waitMs: 9_000, mayCome: true, untilSeconds: 1 });
const over = () => new TxTimeout('AB', { waitMs: 9_000, mayCome: false, untilSeconds: 1 });
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
async function seconds(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await jest.advanceTimersByTimeAsync(1_000);
    await settle();
  }
}

let chain: Chain;
let disconnects: Disconnects;
let deadMan: DeadMan;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  chain = new Chain();
  disconnects = new Disconnects(chain.parts);
  deadMan = chain.parts.deadMan;
});
afterEach(async () => {
  await disconnects.close();
  deadMan.stop();
  jest.useRealTimers();
});

/** What was signed, until nothing more is under way. */
async function told(): Promise<string[]> {
  await settle();
  return chain.signed.splice(0);
}

test('an order that a block has only after its connection went is taken back, too', async () => {
  const { drop, connection } = connected();
  await disconnects.enable(connection);
  drop();
  await disconnects.settled();
  disconnects.placed(connection, '7');
  await disconnects.settled();
  expect(chain.cancelled).toEqual(['7']);
});

test('who goes before the switch is armed quotes nothing, and the switch ends', async () => {
  const { drop, connection } = connected();
  const quoting = disconnects.quoting(connection, 'bot', ['X']).catch((error: unknown) => error);
  drop();
  expect(await quoting).toMatchObject({ code: 13028 });
  expect(await told()).toEqual(['DeadManSwitch quotes', 'DeadManSwitch off']);
  expect(deadMan.reach).toBe('nothing');
});

test('a smaller reach that is asked for meanwhile does not undo a larger one', async () => {
  const [one, other] = [connected().connection, connected().connection];
  await Promise.all([deadMan.hold(one, 'everything'), deadMan.hold(other, 'quotes')]);
  expect(await told()).toEqual(['DeadManSwitch everything']);
});

test('a switch whose answer was lost is turned off again, as nobody holds it', async () => {
  chain.fails = [lost()];
  await expect(disconnects.enable(connected().connection)).rejects.toThrow(TxTimeout);
  expect(await told()).toEqual(['DeadManSwitch everything', 'DeadManSwitch off']);
  await seconds(60);
  expect(await told()).toEqual([]);
});

test('and so it is tried until it is told, but not for what cannot have come', async () => {
  chain.fails = [lost(), lost(), lost()];
  await expect(disconnects.enable(connected().connection)).rejects.toThrow(TxTimeout);
  await seconds(21);
  expect(await told()).toEqual([
    'DeadManSwitch everything',
    ...Array.from({ length: 3 }, () => 'DeadManSwitch off'),
  ]);
  chain.fails = [over()];
  await expect(disconnects.enable(connected().connection)).rejects.toThrow(TxTimeout);
  await seconds(30);
  expect(await told()).toEqual(['DeadManSwitch everything']);
});

test('a larger reach that fails leaves the smaller one as it was', async () => {
  const { connection } = connected();
  await disconnects.quoting(connection, 'bot', ['X']);
  chain.fails = [lost()];
  await expect(disconnects.enable(connection)).rejects.toThrow(TxTimeout);
  expect((await told()).slice(1)).toEqual(['DeadManSwitch everything', 'DeadManSwitch quotes']);
});

test('a clean-up that fails is done again, and others keep their switch meanwhile', async () => {
  const [gone, stays] = [connected(), connected()];
  await disconnects.enable(gone.connection);
  await disconnects.enable(stays.connection);
  disconnects.placed(gone.connection, '7');
  chain.fails = [over()];
  gone.drop();
  await told();
  expect(chain.cancelled).toEqual([]);
  await seconds(11);
  expect(await told()).toEqual(['Batch 7', 'DeadManSwitch everything']);
  expect(chain.cancelled).toEqual(['7']);
});

test('alone, the switch is not renewed until what is left was taken back', async () => {
  const { drop, connection } = connected();
  await disconnects.enable(connection);
  disconnects.placed(connection, '7');
  chain.fails = [over(), over(), over()];
  drop();
  await seconds(14);
  expect((await told()).slice(1)).toEqual(['Batch 7', 'Batch 7', 'Batch 7']);
  await seconds(3);
  expect(await told()).toEqual(['Batch 7', 'DeadManSwitch off']);
});

test('who goes takes his own quotes of a group, and the last one all of it', async () => {
  const [one, other] = [connected(), connected()];
  await disconnects.quoting(one.connection, 'bot', ['X', 'Y']);
  await disconnects.quoting(other.connection, 'bot', ['Y', 'Z']);
  await told();
  one.drop();
  expect(await told()).toEqual(['MassQuote bot X']);
  other.drop();
  expect(await told()).toEqual(['CancelQuotes bot', 'DeadManSwitch off']);
});

test('quotes that an auction holds are taken back later, those of gone series not', async () => {
  const [one, other] = [connected(), connected()];
  await disconnects.quoting(one.connection, 'bot', ['X', 'Y']);
  await disconnects.quoting(other.connection, 'bot', ['Z']);
  await told();
  chain.refusals = [
    { index: 0, isBuy: true, code: 2 },
    { index: 1, isBuy: true, code: 26 },
  ];
  one.drop();
  expect(await told()).toEqual(['MassQuote bot X Y']);
  chain.refusals = [{ index: 0, isBuy: true, code: 2 }];
  await seconds(6);
  expect((await told()).filter((text) => text.startsWith('MassQuote'))).toEqual([
    'MassQuote bot X Y',
  ]);
  await seconds(6);
  expect((await told()).filter((text) => text.startsWith('MassQuote'))).toEqual([]);
});

test('a group that was never made is nothing to take back', async () => {
  const { drop, connection } = connected();
  await disconnects.quoting(connection, 'none', ['X']);
  await told();
  chain.fails = [new Refusal({ codespace: 'clob', code: 41, log: 'no group' })];
  drop();
  expect(await told()).toEqual(['CancelQuotes none', 'DeadManSwitch off']);
});

test('turned off, the switch reaches no further than others want it', async () => {
  const { connection } = connected();
  await disconnects.setDefault(true);
  await disconnects.opened(connection);
  await disconnects.quoting(connection, 'bot', ['X']);
  expect(await told()).toEqual(['DeadManSwitch everything']);
  await disconnects.setDefault(false);
  expect(await told()).toEqual([]);
  await disconnects.disable(connection);
  expect(await told()).toEqual(['DeadManSwitch quotes']);
});

test('quotes over HTTP go when nothing has followed them, group by group', async () => {
  await disconnects.quoting(null, 'one', ['X']);
  await seconds(HTTP_QUOTES_MS / 2_000);
  await disconnects.quoting(null, 'other', ['X']);
  await disconnects.quoting(null, 'one', ['X']);
  await seconds(HTTP_QUOTES_MS / 2_000 + 1);
  expect(await told()).not.toContain('CancelQuotes one');
  await seconds(HTTP_QUOTES_MS / 2_000);
  const end = (await told()).filter((one) => one !== 'DeadManSwitch quotes');
  expect(end).toEqual(['CancelQuotes other', 'CancelQuotes one', 'DeadManSwitch off']);
});

test('they go with the gateway, too', async () => {
  await disconnects.quoting(null, 'one', ['X']);
  await disconnects.close();
  expect(await told()).toEqual(['DeadManSwitch quotes', 'CancelQuotes one', 'DeadManSwitch off']);
});
