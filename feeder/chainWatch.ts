import { chainAnswer } from './core/answers.ts';
import { Evidence } from './core/evidence.ts';
import type { Asked, ChainAnswer } from './core/observation.ts';
import { getJson } from './getJson.ts';
import type { SourceContext } from './sourceContext.ts';
import { sourcesByKind } from './sources/index.ts';
import type { ChainApi } from './sources/source.ts';
import { startStream } from './stream.ts';
import type { Stream } from './stream.ts';

/** A chain that streams is read anew at most this often: one has a thousand rows. */
const READ_MS = 2_000;

/**
 * One option chain of one source: polled whole, its own index with it, since the basis compares
 * them; between two polls a stream tells what changes, and goes on while polls fail.
 */
export class ChainWatch {
  readonly #context: SourceContext;
  readonly #place: Map<string, Asked<ChainAnswer>>;
  readonly #family: string;
  readonly #api: ChainApi;
  readonly #evidence = new Evidence();
  #bodies: readonly unknown[] | null = null;
  #stream: Stream | null = null;
  #reading: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param place where answers are kept, by source */
  constructor(context: SourceContext, place: Map<string, Asked<ChainAnswer>>, family: string) {
    this.#context = context;
    this.#place = place;
    this.#family = family;
    this.#api = sourcesByKind[context.source.kind].chain!;
  }

  async poll(signal: AbortSignal): Promise<ChainAnswer> {
    const { config, source } = this.#context;
    const urls = this.#api.paths(this.#family).map((path) => source.baseUrl + path);
    const bodies = await Promise.all(
      urls.map((url) => getJson(url, config.requestTimeoutMs, signal)),
    );
    const answer = this.#read(bodies);
    this.#bodies = bodies;
    this.#open();
    return answer;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#reading);
    this.#stream?.stop();
  }

  #read(bodies: readonly unknown[]): ChainAnswer {
    const { config, source, oddRows, logger } = this.#context;
    const chain = this.#api.parse(bodies, this.#family);
    if (chain.oddRows > 0) {
      oddRows.set(source.name, (oddRows.get(source.name) ?? 0) + chain.oddRows);
      const fields = { source: source.name, family: this.#family, rows: chain.oddRows };
      logger.debug({ ...fields, why: chain.oddRow }, 'odd rows');
    }
    return chainAnswer(chain, this.#evidence, config.maxVolAgeMs, Date.now());
  }

  /** Once there is a chain for changes to be about. */
  #open(): void {
    const { config, source, logger } = this.#context;
    const api = this.#api.stream;
    if (this.#stream !== null || this.#stopped || api === undefined || source.wsUrl === '') return;
    this.#stream = startStream({
      source: source.name,
      url: source.wsUrl,
      talk: {
        path: api.path(this.#family),
        subscribe: api.subscribe(this.#family),
        ping: api.ping,
        reply: (message) => api.reply?.(message) ?? null,
        receive: (message) => {
          const changed = api.apply(this.#bodies!, message, this.#family);
          if (changed === null) return false;
          this.#bodies = changed;
          this.#reading ??= setTimeout(() => this.#readChanges(), READ_MS);
          return true;
        },
      },
      timeoutMs: config.requestTimeoutMs,
      maxBackoffMs: config.maxBackoffMs,
      logger,
      // Polling goes on beside it, and says whether the source is well.
      onProblem: () => undefined,
    });
  }

  #readChanges(): void {
    this.#reading = undefined;
    const { ref, logger } = this.#context;
    try {
      const answer = this.#read(this.#bodies!);
      this.#place.set(ref.name, { ...this.#place.get(ref.name)!, answer });
    } catch (error) {
      logger.debug({ source: ref.name, why: String(error) }, 'changes that cannot be read');
    }
  }
}
