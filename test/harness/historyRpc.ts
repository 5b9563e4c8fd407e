import type { BlockFacts, EventFact, Marks } from '../../indexer/source/facts.ts';
import { BOUNDARY } from '../../indexer/source/facts.ts';
import { QueryMarksRequest, QueryMarksResponse } from '../../proto/gen/tenor.margin.v1.ts';
import {
  FeedStatus,
  QueryVolIndexRequest,
  QueryVolIndexResponse,
  VolIndexMethod,
} from '../../proto/gen/tenor.oracle.v1.ts';
import type { Mark } from '../../proto/gen/tenor.margin.v1.ts';
import { CHAIN_ID } from './chain.ts';
import type { RecordedChain } from './history.ts';
import { TextServer } from './textServer.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
}

const eventOf = ({ type, attributes }: EventFact) => ({
  type,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, index: false })),
});

/** The injected votes come first, and tell nothing. */
const VOTES = Buffer.from([0]).toString('base64');
const VOTES_RESULT = { code: 0, events: null };

/** Recorded blocks as an engine's RPC tells them, as far as it is told to have come. */
export class HistoryRpc {
  readonly #server: TextServer;
  readonly #blocks: readonly BlockFacts[];
  readonly #genesis: object;
  /** Height of the last block that it has. */
  last: number;
  /** Of the first one. */
  first = 1;
  isDown = false;

  constructor({ recorded, file }: RecordedChain) {
    this.#blocks = recorded;
    this.#genesis = file;
    this.last = recorded.length;
    this.#server = new TextServer((body) => {
      if (this.isDown) throw new Error('down');
      const calls = JSON.parse(body) as Call[];
      const answers = calls.map((call) => this.#answer(call));
      // As an engine does.
      return JSON.stringify(answers.length === 1 ? answers[0] : answers);
    });
  }

  listen(): Promise<string> {
    return this.#server.listen();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #answer({ id, method, params }: Call): object {
    const result = this.#call(method, params);
    if (result !== null) return { jsonrpc: '2.0', id, result };
    const error = { code: -32603, message: 'Internal error', data: `height is not available` };
    return { jsonrpc: '2.0', id, error };
  }

  #block(height: number): BlockFacts | null {
    const isThere = height >= this.first && height <= this.last;
    return isThere ? this.#blocks[height - 1]! : null;
  }

  #call(method: string, params: Call['params']): object | null {
    switch (method) {
      case 'status':
        return {
          node_info: { network: CHAIN_ID },
          sync_info: {
            latest_block_height: String(this.last),
            latest_block_hash: this.#block(this.last)?.hash ?? '',
            earliest_block_height: String(this.first),
          },
        };
      case 'genesis_chunked': {
        const text = JSON.stringify(this.#genesis);
        return { chunk: '0', total: '1', data: Buffer.from(text).toString('base64') };
      }
      case 'abci_query':
        return this.#query(params);
      case 'blockchain':
        return this.#metas(Number(params['minHeight']), Number(params['maxHeight']));
      case 'block_results':
        return resultsOf(this.#block(Number(params['height'])));
      case 'block':
        return bodyOf(this.#block(Number(params['height'])));
      default:
        return null;
    }
  }

  /** Marks and volatility indices are all that anybody asks the application for. */
  #query({ path, data, height }: Call['params']): object {
    const block = this.#block(Number(height));
    const answerTo = ANSWERS[path!];
    if (answerTo === undefined || block?.marks === undefined) {
      return { response: { code: 22, log: 'no such height', value: null } };
    }
    const answer = answerTo(block.marks, Uint8Array.from(Buffer.from(data!, 'hex')));
    return { response: { code: 0, value: Buffer.from(answer).toString('base64') } };
  }

  #metas(low: number, high: number): object {
    const blocks = this.#blocks.slice(low - 1, Math.min(high, this.last));
    return {
      block_metas: blocks.toReversed().map(({ height, timeMs, hash, parentHash }) => ({
        block_id: { hash },
        header: {
          height: String(height),
          time: new Date(timeMs).toISOString(),
          last_block_id: { hash: parentHash },
        },
      })),
    };
  }
}

const ANSWERS: Readonly<
  Record<string, (marks: readonly Marks[], asked: Uint8Array) => Uint8Array>
> = {
  '/tenor.margin.v1.Query/Marks': (marks, asked) => {
    const of = QueryMarksRequest.decode(asked).underlying;
    const found = marks.find(({ underlying }) => underlying === of);
    return QueryMarksResponse.encode({ marks: marksOf(found) });
  },
  '/tenor.oracle.v1.Query/VolIndex': (marks, asked) => {
    const of = QueryVolIndexRequest.decode(asked).underlying;
    const volPpm = marks.find(({ underlying }) => underlying === of)?.volIndexPpm;
    if (volPpm === undefined) return QueryVolIndexResponse.encode({ timeMs: 0n });
    const index = {
      ...{ volPpm, method: VolIndexMethod.VOL_INDEX_METHOD_NEAREST, expiries: [] },
      status: FeedStatus.FEED_STATUS_LIVE,
      ...{ seenMs: 0n, confidencePpm: 0 },
    };
    return QueryVolIndexResponse.encode({ index, timeMs: 0n });
  },
};

function marksOf(found: Marks | undefined): Mark[] {
  return (found?.names ?? []).map((symbol, i) => {
    const volBp = found!.volsBp[i];
    return {
      ...{ seriesId: BigInt(i + 1), symbol, markUusd: found!.marksUusd[i]!, forward: 0 },
      ...(volBp === null || volBp === undefined ? {} : { vol: volBp / 1e4 }),
      ...{ bandLowUusd: 0n, bandHighUusd: 0n, status: 1, confidencePpm: 0 },
    };
  });
}

function resultsOf(block: BlockFacts | null): object | null {
  if (block === null) return null;
  const boundary = { type: BOUNDARY, attributes: {} };
  const before = block.before.length > 0 ? [...block.before, boundary] : [];
  const results = block.txs.map(({ code, events }) => ({ code, events: events.map(eventOf) }));
  return {
    height: String(block.height),
    txs_results: [VOTES_RESULT, ...results],
    finalize_block_events: [...before, ...block.after].map(eventOf),
  };
}

/** A transaction is told as bytes of which the recorded hash is the text. */
function bodyOf(block: BlockFacts | null): object | null {
  if (block === null) return null;
  const txs = block.txs.map(({ hash }) => Buffer.from(`tx ${hash}`).toString('base64'));
  return { block: { data: { txs: [VOTES, ...txs] } } };
}
