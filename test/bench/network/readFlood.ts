import { Agent, get } from 'node:http';
import { QueryMarksRequest } from '../../../proto/gen/tenor.margin.v1.ts';
import { QuerySeriesRequest } from '../../../proto/gen/tenor.options.v1.ts';

/** Readers that ask for the next thing as soon as they have one, until they are stopped. */
export interface Flood {
  /** How many answers there were so far, by status. */
  readonly answers: ReadonlyMap<number, number>;
  stop(): Promise<void>;
}

interface Reads {
  /** Of a node, REST and engine. */
  readonly rest: string;
  readonly rpc: string;
  /** A series, and an account that has something. */
  readonly symbol: string;
  readonly address: string;
}

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;
const abciQuery = (path: string, data: Uint8Array, prove = false) =>
  `/abci_query?path=${encodeURIComponent(`"${path}"`)}&data=${hex(data)}&prove=${prove}`;

/** Readers of REST: the heaviest path of each kind. */
export function floodRest({ rest, symbol, address }: Reads, readers: number): Flood {
  const paths = [
    ...['/tenor/v1/markets?limit=500', '/tenor/v1/chain/BTC', '/tenor/v1/surface/BTC'],
    ...[`/tenor/v1/markets/${symbol}/book?depth=200`, `/tenor/v1/accounts/${address}/0`],
    ...['/tenor/v1/params', '/tenor/v1/trades', '/tenor/v1/oracle/votes', '/nothing'],
  ];
  return flood(
    paths.map((path) => rest + path),
    readers,
  );
}

/** Readers by the engine: the heaviest queries, and what the application answers itself. */
export function floodQueries({ rpc }: Reads, readers: number): Flood {
  const marks = QueryMarksRequest.encode({ underlying: 'BTC', expirySeconds: 0n, symbol: '' });
  const series = QuerySeriesRequest.encode({
    ...{ underlying: '', expirySeconds: 0n, afterId: 0n, limit: 1_000 },
  });
  const queries = [
    abciQuery('/tenor.margin.v1.Query/Marks', marks),
    abciQuery('/tenor.options.v1.Query/Series', series),
    abciQuery('/store/runtime/key', Uint8Array.of(1), true),
    abciQuery('/store/bank/key', Uint8Array.of(1, 2, 3), true),
  ];
  return flood(
    queries.map((query) => rpc + query),
    readers,
  );
}

/** One reader asks each URL in turn, over a connection of its own. */
function flood(urls: readonly string[], readers: number): Flood {
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
