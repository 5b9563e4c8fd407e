import { BadRequest } from '../params.ts';
import { NotThere } from './method.ts';

/** The engine gave no answer: its RPC is down, or none is named. */
export class EngineSilent extends Error {
  override readonly name = 'EngineSilent';
}

const TIMEOUT_MS = 10_000;
/** As Node's sockets and its `fetch` name it. */
const RESET = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

interface RpcQuestion {
  readonly jsonrpc: '2.0';
  readonly id: number;
  readonly method: string;
  readonly params: object;
}

interface RpcAnswer<T> {
  readonly result?: T;
  readonly error?: { readonly message: string; readonly data?: string };
}

/** What the engine says of what it does not have (yet, or any more). */
const MISSING = /not found|must be less than or equal|is not available|could not find results/;
/** What it says of questions that make no sense. */
const WRONG = /parse|invalid|should be within|must be greater|can't be|cannot be|too long|wanted/i;

/** One question of the engine's JSON-RPC. @throws EngineSilent, NotThere, BadRequest */
export async function askEngine<T>(rpc: string, method: string, params: object): Promise<T> {
  const answer = await posted<T>(rpc, { jsonrpc: '2.0', id: 1, method, params });
  if (answer.result !== undefined) return answer.result;
  const said = answer.error?.data ?? answer.error?.message ?? 'it says nothing';
  if (MISSING.test(said)) throw new NotThere(said);
  if (WRONG.test(said)) throw new BadRequest(said);
  throw new EngineSilent(`the engine refuses ${method}: ${said}`);
}

/** Whether a connection ended before there was an answer. */
function isReset(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return code !== undefined && RESET.test(code);
}

/** The engine closes idle connections, now and then just as one is used: then it is asked again. */
async function posted<T>(rpc: string, body: RpcQuestion, isSecond = false): Promise<RpcAnswer<T>> {
  try {
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) as RpcAnswer<T>;
  } catch (error) {
    const mayRepeat = !isSecond && !body.method.startsWith('broadcast');
    if (mayRepeat && isReset(error)) return posted<T>(rpc, body, true);
    throw new EngineSilent(`the engine's RPC does not answer (${String(error)}): try another node`);
  }
}
