import { describe, expect, it } from '@jest/globals';
import { parse } from 'smol-toml';
import { parseFeederConfig } from '../feeder/parseConfig.ts';
import { appToml, engineToml, feederConfig, timeoutCommitMs } from './config.ts';

const config = {
  index: 1,
  name: 'validator1',
  isValidator: true,
  home: '/network/validator1',
  sockets: { abci: '/s/abci1.sock', feeder: '/s/feeder1.sock' },
  portOffset: 100,
  blockTimeMs: 300,
  peers: ['aa@127.0.0.1:26756', 'bb@127.0.0.1:26776'],
  readSides: ['http://127.0.0.1:1417', 'http://127.0.0.1:1437'],
  testAccounts: '/network/testAccounts.json',
  history: 'http://127.0.0.1:1311',
  snapshotInterval: 50,
  archive: false,
  metrics: false,
  stateSync: null,
};

/** The shape of what `cometbft testnet` writes: every table that we set something in. */
const generated = `
moniker = "node1"
db_backend = "goleveldb"
[rpc]
laddr = "tcp://127.0.0.1:26657"
cors_allowed_methods = ["HEAD", "GET", "POST", ]
[p2p]
flush_throttle_timeout = "100ms"
laddr = "tcp://0.0.0.0:26656"
pex = true
[mempool]
max_tx_bytes = 4194304
keep-invalid-txs-in-cache = false
[consensus]
timeout_commit = "1s"
wal_file = "data/cs.wal/wal"
[statesync]
enable = false
rpc_servers = ""
[tx_index]
indexer = "kv"
[instrumentation]
prometheus = false
`;

describe('the engine', () => {
  const toml = parse(engineToml(generated, config));

  it('speaks to its application over the unix socket, and listens on loopback only', () => {
    expect(toml).toMatchObject({
      proxy_app: 'unix:///s/abci1.sock',
      rpc: { laddr: 'tcp://127.0.0.1:26767' },
      p2p: { laddr: 'tcp://127.0.0.1:26766' },
    });
  });

  it('knows its peers from the start, all on one address', () => {
    expect(toml.p2p).toMatchObject({
      persistent_peers: 'aa@127.0.0.1:26756,bb@127.0.0.1:26776',
      pex: false,
      allow_duplicate_ip: true,
      addr_book_strict: false,
    });
  });

  it('of a node that joins takes its state from the others, and trusts one block', () => {
    const stateSync = { rpcServers: ['http://a', 'http://b'], trustHeight: 7, trustHash: 'AB' };
    const joining = { ...config, name: 'node4', isValidator: false, stateSync };
    expect(parse(engineToml(generated, joining))).toMatchObject({
      moniker: 'node4',
      statesync: {
        enable: true,
        rpc_servers: 'http://a,http://b',
        trust_height: 7,
        trust_hash: 'AB',
      },
    });
    expect(parse(appToml(joining))).toMatchObject({ app: { feeder_socket: '' } });
    expect(toml.statesync).toMatchObject({ enable: false });
  });

  it('does not hold messages to its peers back for a tenth of a second', () => {
    expect(toml.p2p).toMatchObject({ flush_throttle_timeout: '10ms' });
  });

  it('waits for the last precommits, and gossips without delay', () => {
    expect(toml.consensus).toMatchObject({
      skip_timeout_commit: false,
      peer_gossip_sleep_duration: '10ms',
      timeout_commit: `${timeoutCommitMs(300)}ms`,
    });
  });

  it('keeps what it generated and we do not set', () => {
    expect(toml).toMatchObject({
      db_backend: 'goleveldb',
      rpc: { cors_allowed_methods: ['HEAD', 'GET', 'POST'] },
      mempool: { 'keep-invalid-txs-in-cache': false, type: 'flood' },
      consensus: { wal_file: 'data/cs.wal/wal' },
    });
  });

  it('pauses for less than the time between blocks, and always pauses', () => {
    expect(timeoutCommitMs(1_000)).toBeLessThan(1_000);
    expect(timeoutCommitMs(1_000)).toBeGreaterThan(700);
    expect(timeoutCommitMs(100)).toBe(50);
  });
});

describe('the application and the feeder', () => {
  it('meet at one socket', () => {
    const app = parse(appToml(config)).app;
    expect(app).toMatchObject({
      abci: 'unix:///s/abci1.sock',
      rest: '127.0.0.1:1427',
      grpc: '127.0.0.1:9200',
      rpc: 'http://127.0.0.1:26767',
      nodes: config.readSides,
      history: 'http://127.0.0.1:1311',
      test_accounts: '/network/testAccounts.json',
      feeder_socket: '/s/feeder1.sock',
    });
    const feeder = parseFeederConfig(feederConfig(config, { lie: 1 }), config.home);
    expect(feeder.socketPath).toBe('/s/feeder1.sock');
    expect(feeder.test).toEqual({ allowTestMode: false, multiplyIndex: 1 });
  });

  it('engine and feeder show metrics where they are asked to, on ports of their own', () => {
    const shown = { ...config, index: 1, portOffset: 100, metrics: true };
    const engine = parse(engineToml(generated, shown))['instrumentation'];
    expect(engine).toEqual({ prometheus: true, prometheus_listen_addr: '127.0.0.1:26770' });
    const feeder = parse(feederConfig(shown, { lie: 1 }));
    expect(feeder['metrics']).toBe('127.0.0.1:9204');
    const silent = parse(engineToml(generated, config))['instrumentation'];
    expect(silent).toMatchObject({ prometheus: false });
  });

  it('old blocks go, unless the network is an archive', () => {
    const retained = (archive: boolean) => parse(appToml({ ...config, archive })).app;
    expect(retained(false)).toMatchObject({ retain_blocks: 20_000 });
    expect(retained(true)).toMatchObject({ retain_blocks: 0 });
  });

  it('a feeder asks the simulated market, and lies when told to', () => {
    const feeder = parseFeederConfig(feederConfig(config, { lie: 1.5 }), config.home);
    expect(feeder.sources.map(({ baseUrl }) => new URL(baseUrl).port)).toEqual(
      feeder.sources.map(() => '1410'),
    );
    expect(feeder.test).toEqual({ allowTestMode: true, multiplyIndex: 1.5 });
  });
});
