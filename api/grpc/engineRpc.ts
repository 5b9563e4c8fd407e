/** The engine gave no answer: its RPC is down, or none is named. */
export class EngineSilent extends Error {
  override readonly name = 'EngineSilent';
}

/** The engine has no such thing. */
export class NotInEngine extends Error {
  override readonly name = 'NotInEngine';
}

const TIMEOUT_MS = 10_000;

interface RpcAnswer<T> {
  readonly result?: T;
  readonly error?: { readonly message: string; readonly data?: string };
}

/** One question of the engine's JSON-RPC. @throws EngineSilent, NotInEngine */
export async function askEngine<T>(rpc: string, method: string, params: object): Promise<T> {
  const answer = await posted<T>(rpc, { jsonrpc: '2.0', id: 1, method, params });
  if (answer.result !== undefined) return answer.result;
  const said = answer.error?.data ?? answer.error?.message ?? 'it says nothing';
  if (/not found|must be less than or equal/.test(said)) throw new NotInEngine(said);
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
