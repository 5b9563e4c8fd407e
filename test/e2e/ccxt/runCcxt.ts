import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GatewayProcess } from '../gatewayProcess.ts';

const ccxtTrader = fileURLToPath(new URL('./trade.mjs', import.meta.url));

export interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly value: unknown;
  readonly error?: string;
  readonly said?: string;
}

/** What an unmodified ccxt does, step by step. */
export async function runCcxt(gateway: GatewayProcess): Promise<Map<string, Step>> {
  const { port } = gateway;
  const { clientId, clientSecret } = gateway.credentials;
  const urls = [`http://127.0.0.1:${port}`, `ws://127.0.0.1:${port}/ws/api/v2`];
  const child = spawn(process.execPath, [ccxtTrader, ...urls, clientId, clientSecret]);
  let [said, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`ccxt ended with ${String(code)}: ${said}${errors}`);
  const lines = said.trim().split('\n');
  return new Map(
    lines.map((line) => {
      const step = JSON.parse(line) as Step;
      return [step.step, step] as const;
    }),
  );
}
