import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './files.ts';
import { layout, root } from './paths.ts';
import { historyPort, metricsPorts, validatorPorts } from './ports.ts';

const HOST = '127.0.0.1';
const ALERTS = join(root, 'testnet', 'grafana', 'alerts.yml');

/** A configuration for Prometheus that finds every process of the network, and the alert rules. */
export function prometheusYml(nodes: number, validators: number, offset: number): string {
  const targets = (count: number, portOf: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => `'${HOST}:${portOf(index)}'`).join(', ');
  const job = (name: string, list: string) =>
    `  - job_name: ${name}\n    static_configs: [{ targets: [${list}] }]`;
  return [
    'global: { scrape_interval: 5s, evaluation_interval: 5s }',
    `rule_files: ['${ALERTS}']`,
    'scrape_configs:',
    job(
      'tenor',
      targets(nodes, (index) => validatorPorts(index, offset).rest),
    ),
    job(
      'cometbft',
      targets(nodes, (index) => metricsPorts(index, offset).engine),
    ),
    job(
      'feeder',
      targets(validators, (index) => metricsPorts(index, offset).feeder),
    ),
    job('indexer', `'${HOST}:${historyPort(offset)}'`),
    '',
  ].join('\n');
}

/** Writes it into the network's folder, or takes it away. */
export function writePrometheus(
  dir: string,
  isWanted: boolean,
  { nodes, validators, offset }: { nodes: number; validators: number; offset: number },
): void {
  const path = layout.prometheus(dir);
  if (isWanted) writeFileAtomic(path, prometheusYml(nodes, validators, offset));
  else rmSync(path, { force: true });
}
