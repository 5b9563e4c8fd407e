import { stat } from 'node:fs/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import { frames } from '../../test/abci/abciClient.ts';
import type { ServerFixture } from '../../test/abci/serverFixture.ts';
import { startFixture as start } from '../../test/abci/serverFixture.ts';
import { calls } from './calls.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startFixture(...args: Parameters<typeof start>): Promise<ServerFixture> {
  const fixture = await start(...args);
  cleanups.push(() => fixture.stop());
  return fixture;
}

const flush: abci.Request = { flush: {} };

function checkTx(...bytes: number[]): abci.Request {
  return { checkTx: { tx: Uint8Array.from(bytes), type: abci.CheckTxType.NEW } };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('the server answers', () => {
  test('echo and flush by itself', async () => {
    const client = await (await startFixture()).connect();
    client.send({ echo: { message: 'hello' } }, flush);
    expect(await client.receive(2)).toEqual([
      abci.Response.fromPartial({ echo: { message: 'hello' } }),
      abci.Response.fromPartial({ flush: {} }),
    ]);
  });

  test('every ABCI 2.0 call with the response of its kind', async () => {
    const client = await (await startFixture()).connect();
    const kinds = calls.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(Object.keys(abci.Request.fromPartial({})).toSorted());
    client.send(...kinds.map((kind) => abci.Request.fromJSON({ [kind]: {} })));
    const responses = await client.receive(kinds.length);
    const answered = responses.map((response) =>
      Object.entries(response).flatMap(([kind, value]) => (value === undefined ? [] : kind)),
    );
    expect(answered).toEqual(kinds.map((kind) => [kind]));
  });

  test('over TCP too, on the port it tells', async () => {
    const fixture = await startFixture({}, { address: 'tcp://127.0.0.1:0' });
    expect(fixture.server.address).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
    const client = await fixture.connect();
    expect((await client.call(flush)).flush).toEqual({});
  });

  test('in order, although later handlers are done sooner', async () => {
    const answers = [1n, 2n, 3n].map(() => deferred<abci.ResponseCommit>());
    let called = 0;
    const client = await (
      await startFixture({ commit: () => answers[called++]!.promise })
    ).connect();
    client.send({ commit: {} }, { commit: {} }, { commit: {} }, flush);
    answers[2]!.resolve({ retainHeight: 3n });
    answers[1]!.resolve({ retainHeight: 2n });
    answers[0]!.resolve({ retainHeight: 1n });
    const responses = await client.receive(4);
    expect(responses.map(({ commit }) => commit?.retainHeight)).toEqual([1n, 2n, 3n, undefined]);
    expect(responses[3]!.flush).toBeDefined();
  });

  test('other connections while an asynchronous handler works', async () => {
    const commit = deferred<abci.ResponseCommit>();
    const fixture = await startFixture({ commit: () => commit.promise });
    const [consensus, query] = [await fixture.connect(), await fixture.connect()];
    consensus.send({ commit: {} }, flush);
    expect((await query.call(abci.Request.fromPartial({ query: {} }))).query).toBeDefined();
    expect(consensus.received).toEqual([]);
    commit.resolve({ retainHeight: 5n });
    expect((await consensus.receive(2))[0]!.commit).toEqual({ retainHeight: 5n });
  });

  test('a restarted engine only after the handler of the one before has finished', async () => {
    const commit = deferred<abci.ResponseCommit>();
    const called = deferred<undefined>();
    const log: string[] = [];
    const fixture = await startFixture({
      commit: async () => {
        called.resolve(undefined);
        const answer = await commit.promise;
        log.push('committed');
        return answer;
      },
      info: () => {
        log.push('info');
        return abci.ResponseInfo.fromPartial({});
      },
    });
    const dead = await fixture.connect();
    dead.send({ commit: {} });
    await called.promise;
    dead.end();
    await fixture.untilLogged('CometBFT disconnected');
    const restarted = await fixture.connect();
    restarted.send(abci.Request.fromPartial({ info: {} }));
    await fixture.untilLogged('CometBFT connected', 2);
    // Far more turns of the event loop than a request that is not held back would need.
    for (let i = 0; i < 100; i += 1) await new Promise((resolve) => setImmediate(resolve));
    commit.resolve({ retainHeight: 0n });
    await restarted.receive(1);
    expect(log).toEqual(['committed', 'info']);
  });

  test('requests and responses far larger than what may wait or stay unread', async () => {
    const fixture = await startFixture({
      prepareProposal: ({ txs }) => ({ txs: [...txs, ...txs] }),
    });
    const client = await fixture.connect();
    const txs = [new Uint8Array(9 << 20).fill(3)];
    const proposal = abci.Request.fromPartial({ prepareProposal: { txs } });
    client.send(proposal, flush, proposal, flush);
    const responses = await client.receive(4);
    const sizes = responses.map(({ prepareProposal }) =>
      prepareProposal?.txs.map((tx) => tx.length),
    );
    expect(sizes).toEqual([[9 << 20, 9 << 20], undefined, [9 << 20, 9 << 20], undefined]);
  });

  test('a consensus request within a few turns of a flood of CheckTx', async () => {
    const log: string[] = [];
    const flood = 20_000;
    const fixture = await startFixture(
      {
        checkTx: () => {
          // From inside the flood, so that the request arrives while thousands wait.
          if (log.length === 0) consensus.send({ commit: {} });
          log.push('checkTx');
          return abci.ResponseCheckTx.fromPartial({});
        },
        commit: () => {
          log.push('commit');
          return { retainHeight: 0n };
        },
      },
      { limits: { turnMaxRequests: 64 } },
    );
    const mempool = await fixture.connect();
    const consensus = await fixture.connect();
    mempool.send(...Array<abci.Request>(flood).fill(checkTx(1)));
    await mempool.receive(flood);
    expect(log).toHaveLength(flood + 1);
    expect(log.indexOf('commit')).toBeLessThanOrEqual(3 * 64);
  });

  test('a log line for each connection, with their count', async () => {
    const fixture = await startFixture();
    for (let i = 0; i < 4; i += 1) await (await fixture.connect()).call(flush);
    const connected = fixture.lines.filter(({ message }) => message === 'CometBFT connected');
    expect(connected.map(({ context }) => context)).toEqual([
      { connections: 1 },
      { connections: 2 },
      { connections: 3 },
      { connections: 4 },
    ]);
  });
});

describe('a malformed frame closes its connection and nothing else', () => {
  test.each<[string, number[], RegExp]>([
    ['a length that is no varint', [0xff, 0xff, 0xff, 0xff, 0xff], /not a varint/],
    ['a length above the limit', [0x81, 0x08], /above the limit/],
    ['an empty request', [0], /empty request/],
    ['an unknown request', [3, 0xaa, 0x01, 0x00], /field 21 is not an ABCI 2.0 request/],
    ['a request of the wrong wire type', [2, 0x10, 0x01], /wire type 0/],
    ['a request shorter than it says', [3, 0x42, 0x05, 0x0a], /checkTx has 5 bytes/],
    ['a second request in the frame', [4, 0x12, 0x00, 0x12, 0x00], /flush has 0 bytes/],
    ['a field that runs out of the frame', [4, 0x42, 0x02, 0x0a, 0x09], /undecodable request/],
    ['a tag that ends in the middle', [1, 0x82], /undecodable request/],
  ])('%s', async (_, bytes, reason) => {
    const fixture = await startFixture({}, { limits: { frameMaxBytes: 1024 } });
    const [bad, good] = [await fixture.connect(), await fixture.connect()];
    bad.sendBytes(Uint8Array.from(bytes));
    await bad.closed;
    expect(bad.received).toEqual([]);
    expect((await good.call(flush)).flush).toEqual({});
    const errors = fixture.lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect((errors[0]!.context as { err: Error }).err.message).toMatch(reason);
    expect(fixture.fatals).toEqual([]);
  });
});

describe('an exception in the application', () => {
  test.each<[string, () => abci.ResponseCheckTx | Promise<abci.ResponseCheckTx>]>([
    [
      'thrown at once',
      () => {
        throw new Error('disk full');
      },
    ],
    ['of an asynchronous handler', () => Promise.reject(new Error('disk full'))],
    ['in encoding what it answered', () => ({}) as abci.ResponseCheckTx],
  ])('%s is reported once and answered to nobody', async (_, answer) => {
    let handled = 0;
    const fixture = await startFixture({
      checkTx: () => {
        handled += 1;
        return answer();
      },
    });
    const [mempool, query] = [await fixture.connect(), await fixture.connect()];
    await query.call(flush);
    mempool.send(checkTx(1), checkTx(2), flush);
    await Promise.all([mempool.closed, query.closed]);
    expect(fixture.fatals.map(({ kind }) => kind)).toEqual(['checkTx']);
    expect(fixture.fatals[0]!.error).toBeInstanceOf(Error);
    expect(handled).toBe(1);
    expect([...mempool.received, ...query.received]).toEqual([]);
  });
});

describe('closing', () => {
  test('lets the handler at work answer, and serves nothing after it', async () => {
    const commit = deferred<abci.ResponseCommit>();
    const called = deferred<undefined>();
    let commits = 0;
    const fixture = await startFixture({
      commit: () => {
        commits += 1;
        called.resolve(undefined);
        return commit.promise;
      },
    });
    const client = await fixture.connect();
    client.send({ commit: {} }, { commit: {} });
    await called.promise;
    const closing = fixture.server.close();
    commit.resolve({ retainHeight: 9n });
    await closing;
    await client.closed;
    expect(client.received.map((response) => response.commit?.retainHeight)).toEqual([9n]);
    expect(commits).toBe(1);
  });

  test('removes the socket file, and a second close does nothing', async () => {
    const fixture = await startFixture();
    const path = fixture.server.address.slice('unix://'.length);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await fixture.server.close();
    await fixture.server.close();
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

test('the call grammar is checked when asked, from each start of the engine', async () => {
  const fixture = await startFixture({}, { checkGrammar: true });
  const handshake = abci.Request.fromPartial({ info: {} });
  const finalize = abci.Request.fromPartial({ finalizeBlock: { height: 1n } });
  let engineRuns = 0;
  for (const requests of [[handshake, finalize], [finalize]]) {
    const client = await fixture.connect();
    client.sendBytes(frames(...requests));
    await client.receive(requests.length);
    client.end();
    engineRuns += 1;
    await fixture.untilLogged('CometBFT disconnected', engineRuns);
  }
  const errors = fixture.lines.filter(({ level }) => level === 'error');
  expect(errors.map(({ message }) => message)).toEqual([
    'ABCI call order: finalizeBlock in phase "start"',
  ]);
});
