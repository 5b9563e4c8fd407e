import { Reader, askQuery } from '../port.ts';
import type { QueryPort } from '../port.ts';
import { TooBusy } from '../turns.ts';
import type { Turns } from '../turns.ts';
import { abciAnswer } from './abciAnswer.ts';
import { consensusService } from './consensusService.ts';
import { distributionService } from './distributionService.ts';
import { absentServices } from './absentServices.ts';
import type { Answered, EngineMethod, StateView } from './method.ts';
import { nodeService, nodeViews } from './nodeService.ts';
import { stakingService } from './stakingService.ts';
import { tendermintService } from './tendermintService.ts';
import { txService } from './txService.ts';
import { upgradeService } from './upgradeService.ts';

export interface ServicesOptions {
  readonly query: QueryPort;
  /** The engine's RPC. */
  readonly rpc: string;
  /** Shared by all readers: they wait for each other. */
  readonly turns: Turns;
}

/** Requests that the engine is asked for at once. */
const ENGINE_QUESTIONS_MAX = 100;

/** The services of the .proto files, whichever protocol asks: a path, bytes in, bytes out. */
export class Services {
  readonly #o: ServicesOptions;
  #asking = 0;
  readonly #engine: ReadonlyMap<string, EngineMethod>;
  readonly #views: ReadonlyMap<string, StateView>;

  constructor(options: ServicesOptions) {
    const { rpc, query } = options;
    this.#o = options;
    this.#engine = new Map([
      ...consensusService(rpc),
      ...nodeService(rpc),
      ...tendermintService(
        rpc,
        (path, data, height) =>
          abciAnswer(this, path, data, height) ??
          options.turns.run(() => query(path, data, height)),
      ),
      ...txService(rpc),
    ]);
    this.#views = new Map([
      ...absentServices,
      ...distributionService,
      ...nodeViews,
      ...stakingService,
      ...upgradeService,
    ]);
  }

  /** Whether a method is answered here, and not by a module. */
  owns(path: string): boolean {
    return this.#engine.has(path) || this.#views.has(path);
  }

  /** The engine is asked by a bounded number of readers, so that they cannot crowd it. */
  async #askEngine(ask: () => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.#asking >= ENGINE_QUESTIONS_MAX) {
      throw new TooBusy('too many requests wait for the engine: try again in a second');
    }
    this.#asking++;
    try {
      return await ask();
    } finally {
      this.#asking--;
    }
  }

  /** @throws what `serviceError` knows */
  async call(path: string, request: Uint8Array, height: number): Promise<Answered> {
    const { query, turns } = this.#o;
    const method = this.#engine.get(path);
    if (method !== undefined) return { value: await this.#askEngine(() => method(request)) };
    const view = this.#views.get(path);
    if (view === undefined) return turns.run(() => askQuery(query, path, request, height));
    return turns.run(() => {
      const reader = new Reader(query, height);
      const value = view(reader, request);
      return reader.height === 0 ? { value } : { value, height: reader.height };
    });
  }
}
