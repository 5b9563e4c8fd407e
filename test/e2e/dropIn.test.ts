import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DEFAULT_ENGINE, ENGINES, findCometbft } from '../../scripts/setup/cometbft.mjs';
import { rememberCometbft } from '../../scripts/setup/cometbft.mjs';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import { root } from '../../testnet/paths.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey } from '../harness/keys.ts';
import { FEE, depositMsg } from '../harness/trading.ts';
import type { Prices } from './answers.ts';
import { NodeClient } from './client.ts';
import { tenor } from './tenor.ts';

const LIMIT_MS = 180_000;
const VALIDATORS = 2;
/** The one that is not the default. What $COMETBFT names is what all other tests run on. */
const engine = DEFAULT_ENGINE === '0.38' ? '0.40' : '0.38';
const version = ENGINES[engine];
const env = { ...process.env, COMETBFT: undefined };
const found = findCometbft(root, { engine, env });
if (found !== null) rememberCometbft(root, found, { engine, env });
else {
  console.error(
    `CometBFT ${version} is not installed, so nothing was tried on it: ` +
      `node scripts/setup.mjs --engine ${engine} installs it.`,
  );
}

(found === null ? test.skip : test)(
  `a network runs on CometBFT ${version}, the drop-in: prices, a transaction, a verified account`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-dropin-'));
    const network = await startTestnet({
      ...{ dir, engine, validators: VALIDATORS, preset: 'fast-expiry', blockTimeMs: 500 },
      portOffset: await freePortOffset(VALIDATORS),
    });
    try {
      const node = new NodeClient(network.nodes[0]!);
      const status = await node.call<{ node_info: { version: string } }>('status', {});
      const own = execFileSync(found!.path, ['version'], { encoding: 'utf8' }).trim();
      expect(status.node_info.version).toBe(own);
      // Ready means that prices are live: FinalizeBlock saw vote extensions of both.
      const { prices } = await node.get<Prices>('/tenor/v1/oracle/prices');
      expect(prices.map(({ price }) => Number(price.indexUusd) > 0)).toEqual([true, true]);
      const alice = network.accounts.find(({ name }) => name === 'alice')!;
      const user = new UserKey('alice', privateKeyOf(alice.mnemonic));
      const sent = await node.send(user, [depositMsg(user, 1_234)], FEE);
      expect(sent).toMatchObject({ code: 0 });
      const home = { home: dir, env: { TENOR_TESTNET: dir } };
      const shown = await tenor('verify account alice', home);
      expect([shown.exitCode, shown.stdout]).toEqual([
        0,
        expect.stringMatching(/^Verified: .* has 1,234.00 USD cash/),
      ]);
    } finally {
      await network.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
