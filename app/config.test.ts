import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tenor-config-'));
  mkdirSync(join(home, 'config'));
});

afterEach(() => rmSync(home, { recursive: true }));

function configOf(settings: string) {
  const text = `[app]\nabci = "unix:///s/abci.sock"\n${settings}\n`;
  writeFileSync(join(home, 'config', 'app.toml'), text);
  return readConfig(home);
}

describe('app.toml', () => {
  it('takes no snapshots and keeps all blocks unless told', () => {
    expect(configOf('')).toMatchObject({ snapshotInterval: 0, snapshotKeep: 2, retainBlocks: 0 });
    expect(configOf('snapshot_interval = 100\nsnapshot_keep = 3')).toMatchObject({
      snapshotInterval: 100,
      snapshotKeep: 3,
    });
  });

  it('bounds streams, safely unless told, and refuses bounds that are none', () => {
    expect(configOf('')).toMatchObject({ streamClients: 1_000, streamClientsPerAddress: 50 });
    const told = 'stream_clients = 0\nstream_unsent_bytes = 65536';
    expect(configOf(told)).toMatchObject({ streamClients: 0, streamUnsentBytes: 65_536 });
    expect(() => configOf('stream_clients = -1')).toThrow('app.stream_clients must be 0 to');
    expect(() => configOf('stream_unsent_bytes = 1')).toThrow('app.stream_unsent_bytes must be');
  });

  it('lets all pages read unless it names some', () => {
    expect(configOf('')).toMatchObject({ corsOrigins: ['*'] });
    const told = 'cors_origins = ["https://app.example"]';
    expect(configOf(told)).toMatchObject({ corsOrigins: ['https://app.example'] });
    expect(configOf('cors_origins = []')).toMatchObject({ corsOrigins: [] });
    expect(() => configOf('cors_origins = ["app.example/x"]')).toThrow('app.cors_origins must be');
    expect(() => configOf('cors_origins = "*"')).toThrow('app.cors_origins must be');
  });

  it('lets blocks go once they are older than the evidence that the genesis file takes', () => {
    const genesis = join(home, 'config', 'genesis.json');
    const evidence = { max_age_num_blocks: '20000' };
    writeFileSync(genesis, JSON.stringify({ consensus_params: { evidence } }));
    try {
      expect(configOf('retain_blocks = 20000')).toMatchObject({ retainBlocks: 20_000 });
      const short = () => configOf('retain_blocks = 19999');
      expect(short).toThrow('app.retain_blocks must be 0, or at least 20000');
    } finally {
      rmSync(genesis);
    }
  });

  it.each([
    ['snapshot_interval = -1', 'app.snapshot_interval must be 0 to 1000000'],
    ['snapshot_interval = 1.5', 'app.snapshot_interval must be 0 to 1000000'],
    ['snapshot_keep = 0', 'app.snapshot_keep must be 1 to 10'],
    ['snapshot_keep = 11', 'app.snapshot_keep must be 1 to 10'],
    ['retain_blocks = 99999', 'app.retain_blocks must be 0, or at least 100000'],
    [
      'retain_blocks = 100000\nsnapshot_interval = 60000',
      'app.retain_blocks must be 0, or at least 180000',
    ],
    ['rest = "127.0.0.1:99999"', 'app.rest must be host:port, or empty'],
    ['nodes = ["http://a b"]', 'app.nodes must be a list of http(s)://host:port'],
    ['nodes = ["https://a.example/x"]', 'app.nodes must be a list of http(s)://host:port'],
    ['history = "https://a.example/x"', 'app.history must be http(s)://host:port'],
    [
      'rest = "0.0.0.0:1317"\ntest_accounts = "/n/a.json"',
      'app.test_accounts must be an absolute path, with rest on loopback',
    ],
    ['snapshot_intervall = 1', 'app.snapshot_intervall is no setting'],
  ])('refuses %j and says what is needed', (settings, message) => {
    expect(() => configOf(settings)).toThrow(message);
  });
});
