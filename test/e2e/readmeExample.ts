import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const client = new URL('../../client/', import.meta.url);

/** What stands for the example's own: it is written for a chain of one's own. */
export interface Own {
  readonly rpc: string;
  readonly stream: string;
  readonly mnemonic: string;
  readonly series: string;
  readonly bidUusd: bigint;
  readonly askUusd: bigint;
}

const grouped = (value: bigint) => `${value}n`;

/** The examples of client/README.md, one after another, as a program. */
export async function readmeProgram(own: Own, platform: 'node' | 'browser'): Promise<string> {
  const page = readFileSync(new URL('README.md', client), 'utf8');
  const examples = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!);
  const replaced: [string, string][] = [
    ['http://127.0.0.1:26657', own.rpc],
    ['ws://127.0.0.1:1317/stream', own.stream],
    ['BTC-27DEC26-100000-C', own.series],
    ['1_200_000_000n', grouped(own.bidUusd)],
    ['1_300_000_000n', grouped(own.askUusd)],
  ];
  let contents = examples.join('\n');
  for (const [from, to] of replaced) {
    if (!contents.includes(from)) throw new Error(`the example has no ${from}`);
    contents = contents.replace(from, to);
  }
  const { outputFiles } = await build({
    stdin: { contents, loader: 'ts', resolveDir: fileURLToPath(client) },
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'silent' },
    ...(platform === 'node' ? { platform, packages: 'external' } : { platform }),
    define: { mnemonic: JSON.stringify(own.mnemonic) },
  });
  return outputFiles[0]!.text;
}

/** Runs it until it has said its first line. */
export async function firstLineOf(program: string, limitMs: number): Promise<string> {
  // Beside the repository's own packages, which it names.
  const path = fileURLToPath(new URL('../../.cache/readme.mjs', import.meta.url));
  writeFileSync(path, program);
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (text: Buffer) => errors.push(String(text)));
  const timer = setTimeout(() => child.kill(), limitMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) return line;
    return errors.join('');
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}
