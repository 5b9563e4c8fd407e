import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { exitCodeOf } from './endOn.ts';
import { engineGenesis, genesisPath } from './engineGenesis.ts';
import { EXIT } from './exitCodes.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tenor-home-'));
  mkdirSync(join(home, 'config'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('the genesis file is read where it lies', () => {
  expect(engineGenesis({ home })).toBeUndefined();
  writeFileSync(genesisPath({ home }), '{"chain_id":"tenor-1"}');
  expect(engineGenesis({ home })?.chain_id).toBe('tenor-1');
});

test.each(['', '{bad', 'null', '[]', '7'])('%j is named, and no restart is tried', (text) => {
  writeFileSync(genesisPath({ home }), text);
  let thrown: unknown;
  try {
    engineGenesis({ home });
  } catch (error) {
    thrown = error;
  }
  expect((thrown as Error).message).toMatch(/genesis\.json is not a genesis file: /);
  expect(exitCodeOf(thrown)).toBe(EXIT.usage);
});
