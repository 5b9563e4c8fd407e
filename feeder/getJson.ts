/** A whole option chain of a large venue is about half of this. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * GETs a JSON document. Throws when the status is not 200, the answer is not complete within
 * `timeoutMs`, is too long, is a redirect or is not JSON, and when `signal` is aborted.
 */
export async function getJson(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<unknown> {
  // Not AbortSignal.any: a signal that lives as long as the process would hold on to every request.
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('stopped'));
  const late = (): void => controller.abort(new Error(`no answer within ${timeoutMs} ms`));
  const timer = setTimeout(late, timeoutMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      redirect: 'error',
      headers: { accept: 'application/json' },
    });
    const text = await readText(response);
    if (response.status !== 200) {
      throw new Error(`status ${response.status}: ${text.slice(0, 200)}`);
    }
    return JSON.parse(text);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // Frees the connection when the body was not read to its end.
    controller.abort();
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return '';
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error(`the answer is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
