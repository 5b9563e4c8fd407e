import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { AbciServer } from '../../app/abci/server.ts';
import { startAbciServer } from '../../app/abci/server.ts';
import { inspect } from '../../scripts/setup/cometbft.mjs';
import { enginePath } from '../../testnet/paths.ts';
import { Engine, initHome } from './engine.ts';
import type { KvStore } from './kvstore.ts';
import { kvStore } from './kvstore.ts';
import type { Recorder } from './recorder.ts';
import { startRecorder } from './recorder.ts';
import type { LogLine } from './serverFixture.ts';
import { recordingLogger, temporaryFolder } from './serverFixture.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Set to a file's path to write what passes on the socket there (test/vectors/abci). */
const transcriptPath = process.env['ABCI_RECORD_TRANSCRIPT'];

function versionOf(binary: string): string {
  const found = inspect(binary);
  if (!found.ok) throw new Error(found.reason);
  return `CometBFT ${found.version}`;
}

async function serve(path: string, store: KvStore, lines: LogLine[]): Promise<AbciServer> {
  const server = await startAbciServer({
    address: `unix://${path}`,
    application: store,
    logger: recordingLogger(lines),
    onFatal: (error) => {
      throw error;
    },
    checkGrammar: true,
  });
  cleanups.push(() => server.close());
  return server;
}

async function run(binary: string, home: string, socketPath: string): Promise<Engine> {
  const engine = await Engine.start(binary, home, `unix://${socketPath}`);
  cleanups.push(() => engine.kill());
  return engine;
}

test('CometBFT drives an application, ends with its socket, and recovers', async () => {
  const folder = await temporaryFolder();
  cleanups.push(() => folder.remove());
  const [home, appPath] = [join(folder.path, 'home'), join(folder.path, 'app.sock')];
  const binary = enginePath();
  initHome(binary, home);
  const lines: LogLine[] = [];

  const first = kvStore();
  const server = await serve(appPath, first, lines);
  let proxyPath = appPath;
  let recorder: Recorder | undefined;
  if (transcriptPath !== undefined) {
    proxyPath = join(folder.path, 'engine.sock');
    recorder = await startRecorder(proxyPath, appPath);
  }
  const engine = await run(binary, home, proxyPath);
  await engine.untilHeight(2);
  const connected = lines.filter(({ message }) => message === 'CometBFT connected');
  expect(connected.map(({ context }) => context)).toEqual(
    [1, 2, 3, 4].map((connections) => ({ connections })),
  );

  const included = await engine.rpc('broadcast_tx_commit?tx="colour=green"');
  expect(included).toMatchObject({ check_tx: { code: 0 }, tx_result: { code: 0 } });
  expect(await engine.rpc('broadcast_tx_sync?tx="malformed"')).toMatchObject({ code: 1 });
  expect(first.values.get('colour')).toBe('green');
  const answer = await engine.rpc(`abci_query?data=0x${Buffer.from('colour').toString('hex')}`);
  expect(answer).toMatchObject({ response: { value: Buffer.from('green').toString('base64') } });
  await engine.untilHeight(5);

  if (recorder !== undefined && transcriptPath !== undefined) {
    const transcript = { source: versionOf(binary), connections: recorder.connections };
    writeFileSync(transcriptPath, `${JSON.stringify(transcript, undefined, 1)}\n`);
    await recorder.close();
  }
  await server.close();
  await engine.endAfterApplication();

  // An application that has lost everything is brought back by replaying all blocks.
  const second = kvStore();
  await serve(appPath, second, lines);
  const restarted = await run(binary, home, appPath);
  await restarted.untilHeight(Number(first.height) + 1);
  expect(second.values).toEqual(first.values);
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
}, 120_000);
