import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import type { Request } from 'cosmjs-types/tendermint/abci/types';
import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import { FrameReader } from '../../app/abci/framing.ts';
import { startAbciServer } from '../../app/abci/server.ts';
import { frames } from '../abci/abciClient.ts';
import { noopApplication } from '../abci/noopApplication.ts';
import type { Figure } from './figure.ts';

export const name = 'abci';

const REQUESTS = 100_000;
const TX_BYTES = 300;

/** Sends `batch` again and again, at most `window` batches ahead, and returns requests a second. */
async function requestsPerSecond(path: string, batch: Request[], window: number): Promise<number> {
  const socket = connect(path);
  await once(socket, 'connect');
  const bytes = frames(...batch);
  const batches = Math.ceil(REQUESTS / batch.length);
  let answered = 0;
  let sent = 0;
  const reader = new FrameReader();
  const startedMs = performance.now();
  await new Promise<void>((resolve) => {
    const refill = () => {
      for (; sent < batches && sent * batch.length - answered < window * batch.length; sent += 1) {
        socket.write(bytes);
      }
    };
    socket.on('data', (chunk: Uint8Array) => {
      reader.push(chunk, () => (answered += 1));
      if (answered === batches * batch.length) resolve();
      else refill();
    });
    refill();
  });
  const seconds = (performance.now() - startedMs) / 1000;
  socket.destroy();
  return answered / seconds;
}

/**
 * CheckTx a second through a unix socket, with an application that does nothing. The load
 * generator runs in the same process, so the server alone is faster than the figures.
 */
export async function run(emit: (figure: Figure) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tenor-abci-'));
  const path = join(folder, 'app.sock');
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const server = await startAbciServer({
    address: `unix://${path}`,
    application: noopApplication(),
    logger: quiet,
    onFatal: (error) => {
      throw error;
    },
  });
  try {
    const checkTx: Request = {
      checkTx: { tx: new Uint8Array(TX_BYTES).fill(7), type: CheckTxType.NEW },
    };
    const pipelined = [...Array<Request>(100).fill(checkTx), { flush: {} }];
    await requestsPerSecond(path, pipelined, 4); // warm up
    const batched = await requestsPerSecond(path, pipelined, 4);
    emit({ name: 'abci.checkTx.pipelined', value: Math.round(batched), unit: 'requests/s' });
    const alone = await requestsPerSecond(path, [checkTx, { flush: {} }], 1);
    emit({ name: 'abci.checkTx.oneByOne', value: Math.round(alone / 2), unit: 'requests/s' });
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
