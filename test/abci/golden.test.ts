import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { BinaryWriter } from 'cosmjs-types/binary';
import { Response } from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import type { AbciApplication } from '../../app/abci/application.ts';
import { decodeRequest } from '../../app/abci/calls.ts';
import { Connection } from '../../app/abci/connection.ts';
import { FrameReader } from '../../app/abci/framing.ts';
import { GrammarChecker } from '../../app/abci/grammar.ts';
import { DEFAULT_LIMITS } from '../../app/abci/server.ts';
import { FakeSocket } from './fakeSocket.ts';
import type { RecordedConnection } from './recorder.ts';
import { startFixture } from './serverFixture.ts';

/**
 * What passed between CometBFT and the application of kvstore.ts on each of the four connections,
 * recorded by engine.test.ts with ABCI_RECORD_TRANSCRIPT=test/vectors/abci/transcript.json.
 */
const transcriptUrl = new URL('../vectors/abci/transcript.json', import.meta.url);
const transcript = JSON.parse(readFileSync(transcriptUrl, 'utf8')) as {
  connections: RecordedConnection[];
};
const names = ['query', 'snapshot', 'mempool', 'consensus'];
const connections = transcript.connections.map((recorded, index) => ({
  name: names[index]!,
  recorded,
  input: framed(recorded.requests),
  outputHex: hex(framed(recorded.responses)),
}));

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function framed(bodiesHex: string[]): Uint8Array {
  const writer = BinaryWriter.create();
  for (const body of bodiesHex) writer.bytes(Buffer.from(body, 'hex'));
  return writer.finish();
}

/** An application that answers what was answered when the transcript was recorded. */
function recordedApplication({ responses }: RecordedConnection): AbciApplication {
  const answers = responses
    .map((response) => Response.decode(Buffer.from(response, 'hex')))
    .flatMap((response) => Object.entries(response) as [string, unknown][])
    .filter(([kind, value]) => value !== undefined && kind !== 'echo' && kind !== 'flush');
  const answer = (asked: string) => () => {
    const [kind, value] = answers.shift() ?? [];
    if (kind !== asked) throw new Error(`${asked} where ${kind ?? 'nothing'} was recorded`);
    return value;
  };
  return new Proxy({}, { get: (_, kind) => answer(String(kind)) }) as AbciApplication;
}

function failing(error: unknown): never {
  throw error;
}

/** What a connection writes when the input arrives cut at these offsets, each chunk served. */
async function replay(
  { recorded, input }: (typeof connections)[number],
  cuts: number[],
): Promise<string> {
  const socket = new FakeSocket();
  const connection = new Connection(socket as unknown as Socket, {
    application: recordedApplication(recorded),
    limits: DEFAULT_LIMITS,
    wake: () => undefined,
    observe: () => undefined,
    answered: () => undefined,
    malformed: (_, error) => failing(error),
    fatal: failing,
  });
  const offsets = [...new Set([0, ...cuts, input.length])].sort((a, b) => a - b);
  for (let i = 1; i < offsets.length; i += 1) {
    socket.emit('data', input.slice(offsets[i - 1], offsets[i]));
    while (connection.ready()) connection.serve();
    connection.flush();
  }
  await new Promise((resolve) => setImmediate(resolve));
  return hex(Buffer.concat(socket.writes));
}

const talkative = connections.filter(({ input }) => input.length > 0);

test('the transcript has what the engine asks on its connections', () => {
  const kindsOf = (name: string) => {
    const { requests } = connections.find((connection) => connection.name === name)!.recorded;
    const kinds = requests.map((body) => decodeRequest(Buffer.from(body, 'hex')).call.kind);
    return [...new Set(kinds)].toSorted();
  };
  expect(kindsOf('query')).toEqual(['flush', 'info', 'query']);
  expect(kindsOf('snapshot')).toEqual([]);
  expect(kindsOf('mempool')).toEqual(['checkTx', 'flush']);
  expect(kindsOf('consensus')).toEqual([
    'commit',
    'extendVote',
    'finalizeBlock',
    'flush',
    'initChain',
    'prepareProposal',
    'processProposal',
    'verifyVoteExtension',
  ]);
});

describe.each(talkative)('the $name connection', (connection) => {
  test('is answered byte for byte when all requests come at once', async () => {
    expect(await replay(connection, [])).toBe(connection.outputHex);
  });

  test('is answered the same when requests come byte by byte', async () => {
    const everywhere = [...connection.input.keys()];
    expect(await replay(connection, everywhere)).toBe(connection.outputHex);
  });

  test('has the same requests wherever its bytes are split', () => {
    const { input, recorded } = connection;
    for (const cut of input.keys()) {
      const requests: string[] = [];
      const reader = new FrameReader();
      for (const chunk of [input.subarray(0, cut), input.subarray(cut)]) {
        reader.push(chunk, (frame) => requests.push(hex(frame)));
      }
      if (requests.join() !== recorded.requests.join()) throw new Error(`split at byte ${cut}`);
    }
  });

  test('is answered the same in any pieces', async () => {
    const offset = fc.nat({ max: connection.input.length });
    await fc.assert(
      fc.asyncProperty(fc.array(offset, { maxLength: 40 }), async (cuts) => {
        expect(await replay(connection, cuts)).toBe(connection.outputHex);
      }),
      { numRuns: 20 },
    );
  });
});

test('a transcript replayed over a real socket gets the recorded answers', async () => {
  for (const { recorded, input } of talkative) {
    const application = recordedApplication(recorded);
    const fixture = await startFixture({}, { application });
    try {
      const client = await fixture.connect();
      client.sendBytes(input);
      const responses = await client.receive(recorded.responses.length);
      const expected = recorded.responses.map((body) => Response.decode(Buffer.from(body, 'hex')));
      expect(responses).toEqual(expected);
    } finally {
      await fixture.stop();
    }
  }
});

test("the engine's own order of calls is legal by the grammar checker", () => {
  const checker = new GrammarChecker();
  const bodies = talkative
    .filter(({ name }) => name !== 'mempool')
    .flatMap(({ recorded }) => recorded.requests);
  const violations = bodies.map((body) => {
    const { call, request } = decodeRequest(Buffer.from(body, 'hex'));
    return checker.observe(call.kind, request);
  });
  expect(violations.filter((violation) => violation !== undefined)).toEqual([]);
});
