import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveSettings, type GlobalFlags } from './settings.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tenor-settings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const resolve = (flags: GlobalFlags = {}, env: NodeJS.ProcessEnv = {}, cwd = home) =>
  resolveSettings(flags, { env, cwd, home });

function writeConfig(text: string): void {
  mkdirSync(join(home, '.config', 'tenor'), { recursive: true });
  writeFileSync(join(home, '.config', 'tenor', 'config.toml'), text);
}

function writeTestnet(dir: string, ready: boolean, rpc = 'http://127.0.0.1:30057'): void {
  mkdirSync(dir, { recursive: true });
  const nodes = [{ name: 'validator0', rpc, pids: {} }];
  writeFileSync(
    join(dir, 'testnet.json'),
    JSON.stringify({ chainId: 'tenor-local-1', ready, nodes, accounts: [] }),
  );
}

describe('settings', () => {
  it('have defaults that need nothing', () => {
    expect(resolve()).toMatchObject({
      node: 'http://127.0.0.1:26657',
      keyring: join(home, '.tenor', 'keyring'),
      subaccount: 0,
      json: false,
      yes: false,
      testnet: null,
    });
  });

  it('come from flags, then variables, the file, the network around, defaults', () => {
    const node = (flags: GlobalFlags, env: NodeJS.ProcessEnv) => resolve(flags, env).node;
    const env = { TENOR_NODE: 'http://env:1' };
    writeTestnet(join(home, '.testnet'), true);
    expect(node({}, {})).toBe('http://127.0.0.1:30057');
    writeConfig('node = "http://file:1"\nfrom = "carol"\nsubaccount = 3\njson = true\n');
    expect(node({}, {})).toBe('http://file:1');
    expect(node({}, env)).toBe('http://env:1');
    expect(node({ node: 'http://flag:1' }, env)).toBe('http://flag:1');
    expect(resolve()).toMatchObject({ from: 'carol', subaccount: 3, json: true });
    const all = resolve({ from: 'alice', subaccount: '0' }, { TENOR_FROM: 'bob', TENOR_JSON: '0' });
    expect(all).toMatchObject({ from: 'alice', subaccount: 0, json: false });
    expect(resolve({}, { TENOR_FROM: 'bob', TENOR_SUBACCOUNT: '' })).toMatchObject({
      from: 'bob',
      subaccount: 3,
    });
  });

  it('find the network from a folder below it, when it runs', () => {
    const below = join(home, 'a', 'b');
    mkdirSync(below, { recursive: true });
    writeTestnet(join(home, '.testnet'), true);
    expect(resolve({}, {}, below).node).toBe('http://127.0.0.1:30057');
    writeTestnet(join(home, '.testnet'), false);
    const stopped = resolve({}, {}, below);
    expect(stopped.node).toBe('http://127.0.0.1:26657');
    expect(stopped.testnet?.chainId).toBe('tenor-local-1');
  });

  it('take a network named by TENOR_TESTNET before the file', () => {
    writeConfig('node = "http://file:1"\n');
    writeTestnet(join(home, 'other'), true, 'http://127.0.0.1:31057');
    expect(resolve({}, { TENOR_TESTNET: 'other' }).node).toBe('http://127.0.0.1:31057');
    expect(() => resolve({}, { TENOR_TESTNET: 'nowhere' })).toThrow('no testnet.json');
  });

  it('take addresses of nodes as people write them', () => {
    expect(resolve({ node: 'tcp://localhost:26657/' }).node).toBe('http://localhost:26657');
    expect(resolve({ node: '10.0.0.1:26657' }).node).toBe('http://10.0.0.1:26657');
    expect(() => resolve({ node: 'http://' })).toThrow('not the URL of a node');
  });

  it('say which setting is wrong', () => {
    expect(() => resolve({ subaccount: '-1' })).toThrow('subaccount');
    expect(() => resolve({}, { TENOR_YES: 'perhaps' })).toThrow('TENOR_YES');
    writeConfig('nod = "x"\n');
    expect(() => resolve()).toThrow('no setting "nod"');
    writeConfig('subaccount = "1"\n');
    expect(() => resolve()).toThrow('subaccount must be a number');
    writeConfig('= 1\n');
    expect(() => resolve()).toThrow('is not TOML');
  });

  it('look for the file where XDG says', () => {
    mkdirSync(join(home, 'xdg', 'tenor'), { recursive: true });
    writeFileSync(join(home, 'xdg', 'tenor', 'config.toml'), 'keyring = "~/keys"\n');
    const { keyring } = resolve({}, { XDG_CONFIG_HOME: join(home, 'xdg') });
    expect(keyring).toBe(join(home, 'keys'));
  });
});
