import { Agent, get } from 'node:http';

/** Readers that ask for the next thing as soon as they have one, until they are stopped. */
export interface Flood {
  /** How many answers there were so far, by status. */
  readonly answers: ReadonlyMap<number, number>;
  stop(): Promise<void>;
}

/** One reader asks each URL in turn, over a connection of its own. */
export function flood(urls: readonly string[], readers: number): Flood {
  const answers = new Map<number, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  let isStopped = false;
  const read = async (first: number) => {
    for (let n = first; !isStopped; n++) {
      const status = await statusOf(urls[n % urls.length]!, agent);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  const all = Promise.all(Array.from({ length: readers }, (_, n) => read(n)));
  return {
    answers,
    stop: async () => {
      isStopped = true;
      await all;
      agent.destroy();
    },
  };
}

/** Reads an answer to its end, and throws it away; 0 for none. */
function statusOf(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    request.on('error', () => resolve(0));
  });
}
