import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { prometheusYml } from './prometheus.ts';

test('Prometheus finds every process of a network, and the rules', () => {
  const yml = prometheusYml(3, 2, 100);
  expect(yml).toContain("'127.0.0.1:1417', '127.0.0.1:1427', '127.0.0.1:1437'");
  expect(yml).toContain("'127.0.0.1:26760', '127.0.0.1:26770', '127.0.0.1:26780'");
  expect(yml).toContain("job_name: feeder\n    static_configs: [{ targets: ['127.0.0.1:9194', '12");
  expect(yml).toContain("job_name: indexer\n    static_configs: [{ targets: ['127.0.0.1:1411'] }]");
  expect(yml).not.toContain('9214');
  expect(existsSync(/rule_files: \['(.+)'\]/.exec(yml)![1]!)).toBe(true);
});
