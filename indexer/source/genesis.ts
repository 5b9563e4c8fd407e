import { createHash } from 'node:crypto';
import { SourceError } from './facts.ts';
import type { Genesis } from './facts.ts';
import { callAll } from './jsonRpc.ts';

interface Chunk {
  readonly total: string;
  readonly data: string;
}

/** Of 16 MB each. */
const MOST_CHUNKS = 1_000;

/** Whatever its size: an engine tells it in parts. @throws SourceError */
export async function fetchGenesis(url: string): Promise<Genesis> {
  const parts: Buffer[] = [];
  for (let chunk = 0, total = 1; chunk < total; chunk++) {
    const call = { method: 'genesis_chunked', params: { chunk: String(chunk) } };
    const [answer] = (await callAll(url, [call])) as [Chunk];
    total = Number(answer.total);
    if (!(total <= MOST_CHUNKS)) throw new SourceError(`${url}: a genesis in ${total} parts`);
    parts.push(Buffer.from(answer.data, 'base64'));
  }
  try {
    return readGenesis(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new SourceError(
      `${url}: its genesis cannot be read (${(error as Error).message})`,
      false,
    );
  }
}

function readGenesis(text: string): Genesis {
  const file = JSON.parse(text) as {
    readonly chain_id: string;
    readonly initial_height?: string;
    readonly genesis_time: string;
    readonly app_state: Readonly<Record<string, unknown>>;
  };
  const initialHeight = Math.max(1, Number(file.initial_height ?? '1'));
  const timeMs = Date.parse(file.genesis_time);
  return {
    ...{ initialHeight, timeMs },
    hash: genesisHash(file.chain_id, initialHeight, timeMs, file.app_state),
    state: file.app_state,
  };
}

/** Not of the file: engines of other versions write other settings into the same one. */
export const genesisHash = (
  chainId: string,
  initialHeight: number,
  timeMs: number,
  state: Genesis['state'],
): string =>
  createHash('sha256')
    .update(JSON.stringify([chainId, initialHeight, timeMs, state]))
    .digest('hex')
    .toUpperCase();
