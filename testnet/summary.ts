import Table from 'cli-table3';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { printable } from '../app/lib/printable.ts';
import type { Output, Text } from '../cli/output/output.ts';
import { layout } from './paths.ts';
import type { TestnetRecord } from './testnetJson.ts';

/** cli-table3 draws a full grid by default; a list reads better with fewer lines. */
const plain = {
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  style: { head: [], border: [] },
};

type Colors = Output['color'];

function nodeTable(record: TestnetRecord, colors: Colors): Text {
  const head = ['node', 'RPC', 'REST', 'app', 'engine', 'feeder'];
  const table = new Table({ ...plain, head: head.map((title) => colors.bold(title)) });
  for (const { name, rpc, rest, pids } of record.nodes) {
    const ids = [pids.app, pids.engine, pids.feeder].map((pid) => pid ?? '–');
    table.push([...[name, rpc, rest].map(printable), ...ids]);
  }
  return table.toString().split('\n');
}

function accountTable(record: TestnetRecord, colors: Colors): Text {
  const table = new Table({ ...plain, head: ['account', 'address'].map((t) => colors.bold(t)) });
  for (const { name, address } of record.accounts) table.push([name, address].map(printable));
  return table.toString().split('\n');
}

/** Relative where the path is below the current folder, else as it is. */
function shortest(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith('..') ? path : below || '.';
}

/** How to look at metrics, where Prometheus' configuration was written. */
function metricsLines(dir: string, { nodes }: TestnetRecord): string[] {
  const config = layout.prometheus(dir);
  const shown = `Metrics           ${nodes[0]?.metrics ?? '–'}`;
  if (!existsSync(config)) return [shown];
  return [
    shown,
    `Prometheus        prometheus --config.file ${shortest(config)}`,
    'Grafana           import testnet/grafana/dashboard.json; its rules are in alerts.yml there',
  ];
}

/** Where everything of a running network is, and what to type next. */
export function summary(dir: string, record: TestnetRecord, colors: Colors): Text {
  const here = shortest(dir);
  const { validators } = record.chain;
  const steer = `curl -d '{"underlying":"BTC","price":"64000"}' ${record.market.url}/control`;
  return [
    '',
    `${colors.green('Ready.')} Chain ${colors.bold(record.chainId)}, ${validators} validators.`,
    '',
    nodeTable(record, colors),
    accountTable(record, colors),
    '',
    `Simulated market  ${record.market.url}   for example: ${steer}`,
    ...(record.history === null
      ? []
      : [`History           ${record.history.url}/tenor/v1/history`]),
    `Logs              ${here}/*/logs/`,
    ...metricsLines(dir, record),
    `Network file      ${shortest(layout.testnetJson(dir))}`,
    '',
    `Next: ${colors.cyan('npm run -s tenor -- market list')}`,
    '',
  ];
}
