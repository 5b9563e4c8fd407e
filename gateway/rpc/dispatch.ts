import type { Services } from '../services.ts';
import { rpcErrorOf } from './chainError.ts';
import type { Caller, Methods } from './method.ts';
import { isObject, Params } from './params.ts';
import { RpcError } from './rpcError.ts';

export interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly jsonrpc: '2.0';
  readonly id?: number | string;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
  readonly usIn: number;
  readonly usOut: number;
  readonly usDiff: number;
  readonly testnet: boolean;
}

const MAX_METHOD = 100;
/** Calls that wait for a block or a node, of everybody together. */
const MAX_PENDING = 512;

/** A request as it came over the wire. @throws RpcError invalidRequest */
export function readRequest(message: unknown): Request {
  if (!isObject(message)) throw new RpcError('invalidRequest', { reason: 'one object a message' });
  const { method, id, params = {} } = message;
  if (message['jsonrpc'] !== undefined && message['jsonrpc'] !== '2.0') {
    throw new RpcError('invalidRequest', { reason: 'jsonrpc is "2.0"' });
  }
  if (typeof method !== 'string' || method.length > MAX_METHOD) {
    throw new RpcError('invalidRequest', { reason: 'method is a short string' });
  }
  if (!isObject(params)) throw new RpcError('invalidRequest', { reason: 'params are an object' });
  return { id, method, params };
}

/** What a request may be answered with: ids are numbers, or texts of at most 64 characters. */
const isId = (id: unknown): id is number | string =>
  Number.isFinite(id) || (typeof id === 'string' && id.length <= 64);

/** Runs methods and wraps what they answer, or say no with. */
export class Dispatcher {
  readonly #services: Services;
  readonly #methods: Methods;
  #pending = 0;

  constructor(services: Services, methods: Methods) {
    this.#services = services;
    this.#methods = methods;
  }

  async answer(message: unknown, caller: Caller): Promise<Answer> {
    const usIn = this.#nowUs();
    const id = isObject(message) && isId(message['id']) ? { id: message['id'] } : {};
    try {
      const result = await this.#run(readRequest(message), caller);
      return { jsonrpc: '2.0', ...id, result, ...this.#times(usIn) };
    } catch (error) {
      return { jsonrpc: '2.0', ...id, error: this.#say(error, message), ...this.#times(usIn) };
    }
  }

  /** What a message that was not even read is answered with. */
  refuse(error: RpcError): Answer {
    return { jsonrpc: '2.0', error: this.#say(error, null), ...this.#times(this.#nowUs()) };
  }

  async #run({ method: name, params }: Request, caller: Caller): Promise<unknown> {
    const method = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
    if (method === undefined) throw new RpcError('unknownMethod', { reason: `no ${name}` });
    if (name.startsWith('private/') && !caller.isAuthorized) {
      throw new RpcError('unauthorized', { reason: 'authorize first: public/auth' });
    }
    if (method.isWebsocketOnly === true && caller.connection === null) {
      throw new RpcError('mustBeWebsocket', { reason: 'connect to /ws/api/v2' });
    }
    if (this.#pending >= MAX_PENDING) throw new RpcError('tooManyConcurrent');
    this.#pending++;
    try {
      return await method.run(this.#services, new Params(params), caller);
    } finally {
      this.#pending--;
    }
  }

  #say(error: unknown, message: unknown): NonNullable<Answer['error']> {
    const said = rpcErrorOf(error);
    if (said.message === 'internal_server_error') {
      const method = isObject(message) ? String(message['method']).slice(0, MAX_METHOD) : '';
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#services.log({ kind: 'fault', method, stack });
    }
    return { code: said.code, message: said.message, data: said.data };
  }

  #times(usIn: number) {
    const usOut = Math.max(this.#nowUs(), usIn);
    return { usIn, usOut, usDiff: usOut - usIn, testnet: this.#services.isTestnet };
  }

  #nowUs(): number {
    return Math.round((performance.timeOrigin + performance.now()) * 1_000);
  }
}
