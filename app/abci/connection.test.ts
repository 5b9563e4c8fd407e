import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Request } from 'cosmjs-types/tendermint/abci/types';
import { CheckTxType, ResponseCheckTx, ResponseQuery } from 'cosmjs-types/tendermint/abci/types';
import { frames } from '../../test/abci/abciClient.ts';
import { FakeSocket } from '../../test/abci/fakeSocket.ts';
import { noopApplication } from '../../test/abci/noopApplication.ts';
import type { AbciApplication } from './application.ts';
import { Connection } from './connection.ts';

const limits = { frameMaxBytes: 1 << 20, queueMaxBytes: 4096, unsentMaxBytes: 100_000 };

function openConnection(application: Partial<AbciApplication> = {}) {
  const socket = new FakeSocket();
  const connection = new Connection(socket as unknown as Socket, {
    application: noopApplication(application),
    limits,
    wake: () => undefined,
    observe: () => undefined,
    answered: () => undefined,
    malformed: (_, error) => {
      throw error;
    },
    fatal: (error) => {
      throw error;
    },
  });
  return { socket, connection };
}

function delivered(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const checkTx: Request = { checkTx: { tx: Uint8Array.of(1), type: CheckTxType.NEW } };

describe('Connection', () => {
  test('writes the responses of a lump once, after its flush or its end', async () => {
    const { socket, connection } = openConnection();
    socket.push(frames(checkTx, checkTx, checkTx, { flush: {} }, checkTx));
    await delivered();
    connection.serve();
    // The end of a turn.
    connection.flush();
    expect(socket.writes).toHaveLength(0);
    for (let i = 0; i < 3; i++) connection.serve();
    connection.flush();
    expect(socket.writes).toHaveLength(1);
    connection.serve();
    expect(socket.writes).toHaveLength(1);
    connection.flush();
    connection.flush();
    expect(socket.writes).toHaveLength(2);
  });

  test('writes what is answered before it waits for an asynchronous handler', async () => {
    const { socket, connection } = openConnection({ commit: () => new Promise(() => undefined) });
    socket.push(frames(checkTx, { commit: {} }, checkTx));
    await delivered();
    connection.serve();
    expect(socket.writes).toHaveLength(0);
    connection.serve();
    expect(socket.writes).toHaveLength(1);
    expect(connection.ready()).toBe(false);
  });

  test('stops reading above the queue limit and reads on below half of it', async () => {
    const { socket, connection } = openConnection();
    const batch = Array<Request>(40).fill(checkTx); // about 130 bytes each with its overhead
    socket.push(frames(...batch));
    await delivered();
    expect(socket.isPaused()).toBe(true);
    let served = 0;
    while (socket.isPaused()) {
      connection.serve();
      served += 1;
    }
    expect(served).toBeGreaterThan(20);
    expect(connection.ready()).toBe(true);
  });

  test('serves nothing while its peer leaves too much unread', async () => {
    const value = new Uint8Array(60_000);
    const { socket, connection } = openConnection({
      query: () => ResponseQuery.fromPartial({ value }),
    });
    socket.peerReads = false;
    const query: Request = {
      query: { path: '', data: value.subarray(0, 0), height: 0n, prove: false },
    };
    socket.push(frames(query, query, query, query));
    await delivered();
    let served = 0;
    for (; connection.ready(); served += 1) {
      connection.serve();
      connection.flush();
    }
    expect(served).toBe(2);
    socket.peerReads = true;
    socket.release();
    await delivered();
    expect(connection.ready()).toBe(true);
  });

  test('is urgent from the first consensus call on, through flush and info', async () => {
    const { socket, connection } = openConnection();
    const stages: [Request, boolean][] = [
      [{ flush: {} }, false],
      [{ commit: {} }, true],
      [{ flush: {} }, true],
    ];
    for (const [request, urgent] of stages) {
      socket.push(frames(request));
      await delivered();
      expect(connection.urgent).toBe(urgent);
    }
  });

  test('keeps no more than a batch of responses in memory', async () => {
    const data = new Uint8Array(40_000);
    const { socket, connection } = openConnection({
      checkTx: () => ResponseCheckTx.fromPartial({ data }),
    });
    socket.push(frames(checkTx, checkTx, checkTx));
    await delivered();
    while (connection.ready()) connection.serve();
    expect(socket.writes).toHaveLength(1);
  });

  test('lets go of served frames while more keep coming', async () => {
    const { socket, connection } = openConnection();
    let served = 0;
    for (let round = 0; round < 500; round += 1) {
      socket.push(frames(checkTx, ...Array<Request>(19).fill({ flush: {} })));
      await delivered();
      for (let i = 0; i < (round === 0 ? 19 : 20); i += 1, served += 1) connection.serve();
      expect(connection.ready()).toBe(true);
    }
    connection.serve();
    expect([served, connection.ready()]).toEqual([9_999, false]);
  });
});
