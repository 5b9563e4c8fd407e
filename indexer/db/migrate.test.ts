import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SmallChain, event } from '../../test/harness/smallChain.ts';
import { HistoryStage } from '../../test/harness/historyStage.ts';
import { candles } from '../http/candleRoute.ts';
import { Params } from '../http/params.ts';
import { lockFolder } from './lockFolder.ts';
import { migrate, requireSchema } from './migrate.ts';
import { first } from './migrations/first.ts';
import { second } from './migrations/second.ts';
import { openDatabase } from './openDatabase.ts';
import { setFolderAside, setSchemaAside } from './setAside.ts';

const at = new HistoryStage();

describe('the database', () => {
  test('of the first versions is brought up to this one, and goes on', async () => {
    await at.empty();
    await at.database.script(`create table schema_version (version integer not null);
      ${first} ${second} insert into schema_version values (2);
      insert into progress (chain_id, first_height, height, time, hash)
        values ('small-1', 1, 1, '2026-11-23T00:00:01Z', 'block1');
      insert into blocks values (1, '2026-11-23T00:00:01Z', 'block1', 0, 0);
      insert into series values ('BTC-27DEC26-100000-C', 'BTC', '2026-12-27T08:00:00Z', 1000000,
        'call', 1, '2026-11-23T00:00:01Z');
      insert into subaccounts values ('a', 0, 7, 5, 5, 0, 0, 0, 0, 'standard', 1,
        '2026-11-23T00:00:01Z');
      insert into candles values ('mark', 'BTC-27DEC26-100000-C', 3600, '2026-11-22T23:00:00Z',
        7, 7, 7, 7, 0, 0, 0), ('index', 'BTC', 60, '2026-11-22T23:00:00Z', 5, 5, 5, 5, 0, 0, 0);
      insert into mark_samples values ('2026-11-23T00:00:01Z', 1, 'BTC',
        '{BTC-27DEC26-100000-C}', '{7}', '{5000}');
      insert into fills select 1, 4, '2026-11-23T00:00:01Z', 'a', 0, 'BTC-' || n, 'BTC', 'takeover',
        'buy', 1, 1, 1, 0, 0, 1, 5, null, null, null, 'b', null from generate_series(1, 3) n;
      insert into transfers values (1, 4, '2026-11-23T00:00:01Z', 'a', 0, 'takeover', 1, 5,
        'b', null)`);
    await migrate(at.database);
    const told = `select series, part from account_history order by part`;
    expect(await at.database.query(told)).toEqual([
      ...[1, 2, 3].map((n) => ({ series: `BTC-${n}`, part: n - 1 })),
      { series: null, part: 3 },
    ]);
    const ask = async (query: Record<string, string>) =>
      (await candles({ database: at.database, params: new Params(query) }))['candles'];
    const marks = { name: 'BTC-27DEC26-100000-C', kind: 'mark', resolution: '1h' };
    expect(await ask(marks)).toMatchObject([{ closeUusd: '7' }, { closeUusd: '7' }]);
    expect(await ask({ name: 'BTC', kind: 'index' })).toMatchObject([{ closeUusd: '5' }]);
    at.chain.add([]);
    at.chain.add([event('withdraw', { owner: 'a', subaccount: '0', amount_uusd: '2' })]);
    at.chain.add([event('series_removed', { series: 'BTC-27DEC26-100000-C', series_id: '9' })]);
    await at.follow();
    expect(await at.one('select cash_uusd from subaccounts')).toEqual({ cash_uusd: '3' });
    expect(await at.one('select series_id, removed_height from series')).toEqual({
      series_id: '9',
      removed_height: '3',
    });
    expect(await at.one('select sum(other_uusd) as other from account_results')).toEqual({
      other: '1',
    });
  });

  test('is put aside for a history that begins anew, and kept', async () => {
    at.chain.add([event('price', { underlying: 'BTC', index_uusd: '64000000000' })]);
    await at.follow();
    expect(await setSchemaAside(at.database)).toBe('public_before_1');
    expect(await setSchemaAside(at.database)).toBeNull();
    await migrate(at.database);
    at.chain = new SmallChain('anew');
    for (let i = 0; i < 2; i++) at.chain.add([]);
    await at.follow();
    expect(await at.one('select height, hash from progress')).toEqual({
      height: '2',
      hash: 'anew2',
    });
    const before = 'select height, hash from public_before_1.progress';
    expect(await at.one(before)).toEqual({ height: '1', hash: 'block1' });
    expect(await setSchemaAside(at.database)).toBe('public_before_2');
    await at.database.script('drop schema public_before_1, public_before_2 cascade');
  });

  test('of a folder is put aside with it, unless a process has it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-aside-'));
    const folder = join(dir, 'history');
    expect(await setFolderAside({ folder })).toBeNull();
    for (const n of [1, 2]) {
      mkdirSync(folder);
      expect(await setFolderAside({ folder })).toBe(`${folder}_before_${n}`);
    }
    mkdirSync(folder);
    writeFileSync(`${folder}.lock`, String(process.ppid));
    await expect(setFolderAside({ folder })).rejects.toThrow('has the history in');
    expect(existsSync(folder)).toBe(true);
    rmSync(dir, { recursive: true });
  });

  test('says that a newer program has been here', async () => {
    await at.database.query('update schema_version set version = 99');
    await expect(migrate(at.database)).rejects.toThrow('use the newer program');
  });

  test('refuses readers where nobody has written yet', async () => {
    await at.database.script('drop table schema_version');
    await expect(requireSchema(at.database)).rejects.toThrow(
      'start `tenor indexer run` on it first',
    );
  });

  test('has one process in its folder, and takes over from one that died', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-lock-'));
    const folder = join(dir, 'history');
    writeFileSync(`${folder}.lock`, String(process.ppid));
    expect(() => lockFolder(folder)).toThrow(`Process ${process.ppid} has the history in`);
    // No process has such an id.
    writeFileSync(`${folder}.lock`, '999999999');
    lockFolder(folder)();
    expect(existsSync(`${folder}.lock`)).toBe(false);
    rmSync(dir, { recursive: true });
  });

  test.each(['mysql://host/db', 'postgres:', 'nothing'])('does not take %s for PostgreSQL', (url) =>
    expect(openDatabase({ url })).rejects.toThrow('DATABASE_URL is no address of PostgreSQL'),
  );

  test('says where PostgreSQL does not answer', async () => {
    const url = 'postgres://me@127.0.0.1:1/db';
    await expect(openDatabase({ url })).rejects.toThrow('does not answer at 127.0.0.1:1');
  });
});
