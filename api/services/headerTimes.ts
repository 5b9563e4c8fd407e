import { askEngine } from './engineRpc.ts';
import { NotThere } from './method.ts';

/** The times of blocks by their heights; none for a block that the engine has dropped. */
export type HeaderTimes = (heights: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** A block's time never changes: so many are remembered. */
const REMEMBERED = 10_000;
/** Questions under way at once. */
const AT_ONCE = 8;

export function headerTimes(rpc: string): HeaderTimes {
  const known = new Map<string, string>();
  return async (heights) => {
    const wanted = [...new Set(heights)];
    const missing = wanted.filter((height) => !known.has(height));
    for (let i = 0; i < missing.length; i += AT_ONCE) {
      await Promise.all(
        missing.slice(i, i + AT_ONCE).map(async (height) => {
          const time = await timeOf(rpc, height);
          if (time !== undefined) known.set(height, time);
        }),
      );
    }
    const found = new Map(wanted.flatMap((height) => pair(height, known.get(height))));
    for (const height of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(height);
    }
    return found;
  };
}

const pair = (height: string, time: string | undefined): [string, string][] =>
  time === undefined ? [] : [[height, time]];

async function timeOf(rpc: string, height: string): Promise<string | undefined> {
  try {
    const told = await askEngine<{ header: { time: string } }>(rpc, 'header', { height });
    return secondsOf(told.header.time);
  } catch (error) {
    if (error instanceof NotThere) return undefined;
    throw error;
  }
}

/** As the SDK's gateway tells times: to the second. */
const secondsOf = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
