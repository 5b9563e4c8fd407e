import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findDropIn, DROP_IN_VERSION } from '../../scripts/setup/cometbft.mjs';
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
const engine = findDropIn(root);
if (engine === null) {
  console.error(
    `CometBFT ${DROP_IN_VERSION} is not installed, so nothing was tried on it: ` +
      'node scripts/setup/dropIn.mjs installs it.',
  );
}

(engine === null ? test.skip : test)(
  `a network runs on CometBFT ${DROP_IN_VERSION}: prices, a transaction, a verified account`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-dropin-'));
    const before = process.env['COMETBFT'];
    process.env['COMETBFT'] = engine!;
    const network = await startTestnet({
      ...{ dir, validators: VALIDATORS, preset: 'fast-expiry', blockTimeMs: 500 },
      portOffset: await freePortOffset(VALIDATORS),
    });
    try {
      const node = new NodeClient(network.nodes[0]!);
      const status = await node.call<{ node_info: { version: string } }>('status', {});
      expect(`v${status.node_info.version}`).toBe(DROP_IN_VERSION);
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
      if (before === undefined) delete process.env['COMETBFT'];
      else process.env['COMETBFT'] = before;
      await network.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
