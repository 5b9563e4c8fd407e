import { BadRequest } from '../params.ts';
import { NotThere } from './method.ts';

/** The engine gave no answer: its RPC is down, or none is named. */
export class EngineSilent extends Error {
  override readonly name = 'EngineSilent';
}

const TIMEOUT_MS = 10_000;

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

async function posted<T>(rpc: string, body: object): Promise<RpcAnswer<T>> {
  try {
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) as RpcAnswer<T>;
  } catch (error) {
    throw new EngineSilent(`the engine's RPC does not answer (${String(error)}): try another node`);
  }
}
