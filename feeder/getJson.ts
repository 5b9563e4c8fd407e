import { Agent as HttpAgent, get as httpGet } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';

/** A whole option chain of a large venue is about half of this. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

// node:http rather than fetch: at a few requests a second it takes half the memory.
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/**
 * GETs a JSON document. Throws when the status is not 200 (a redirect included), the answer is not
 * complete within `timeoutMs`, is too long or is not JSON, and when `signal` is aborted.
 */
export async function getJson(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<unknown> {
  const text = await new Promise<string>((resolve, reject) => {
    if (signal.aborted) {
      reject(new Error('stopped'));
      return;
    }
    const secure = url.startsWith('https:');
    const options: RequestOptions = {
      agent: secure ? httpsAgent : httpAgent,
      headers: { accept: 'application/json', 'user-agent': 'tenor-feeder' },
    };
    const request = (secure ? httpsGet : httpGet)(url, options, (response) => {
      readText(response).then(resolve, reject);
    });
    const late = (): void => void request.destroy(new Error(`no answer within ${timeoutMs} ms`));
    const stop = (): void => void request.destroy(new Error('stopped'));
    const timer = setTimeout(late, timeoutMs);
    signal.addEventListener('abort', stop);
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    });
  });
  return JSON.parse(text);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error(`the answer is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (response.statusCode === 200) return text;
  throw new Error(`status ${response.statusCode ?? 0}: ${text.slice(0, 200)}`);
}
