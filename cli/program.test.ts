import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { exitCodes } from './errors.ts';
import { Place } from './fixture.ts';
import { nearest } from './nearest.ts';
import { programOf } from './run.ts';

const place = new Place();
afterAll(() => place.remove());

const stdout = new PassThrough();
const surroundings = { env: {}, cwd: place.home, home: place.home };
const program = programOf({
  ...surroundings,
  stdin: new PassThrough() as unknown as NodeJS.ReadStream,
  stdout,
  stderr: stdout,
});
const verbs = program.commands.flatMap((group: Command) =>
  group.commands.map((verb) => `${group.name()} ${verb.name()}`),
);

describe('the command line', () => {
  it('has the groups and verbs that others rely on', () => {
    const needed = [
      'market list',
      'market chain',
      'market book',
      'account deposit',
      'account show',
    ];
    needed.push('order place', 'order list', 'order cancel', 'position list', 'margin show');
    needed.push('margin what-if', 'oracle prices', 'oracle votes', 'tx show');
    expect(verbs).toEqual(expect.arrayContaining(needed));
  });

  it.each(verbs)('%s has help with an example that begins with itself', async (path) => {
    const { exitCode, stdout: help } = await place.run(`${path} --help`);
    expect(exitCode).toBe(exitCodes.ok);
    expect(help).toMatch(new RegExp(`\\nExamples?:\\n  tenor ${path}`));
    expect(help).toContain('--json');
  });

  it('says what is wrong with an argument that it reads while it runs', async () => {
    const { exitCode, stderr } = await place.run('verify header 0');
    expect([exitCode, stderr]).toEqual([exitCodes.usage, expect.stringContaining('whole number')]);
  });

  it('takes an amount below zero for what it is', async () => {
    const { exitCode, stderr } = await place.run('bank send bob -5usd');
    expect([exitCode, stderr]).toEqual([
      exitCodes.usage,
      'Error: -5usd is not an amount: it is more than zero\n',
    ]);
  });

  it('explains exit codes in its help, and knows its mistakes', async () => {
    expect((await place.run('--help')).stdout).toContain('3 node not reached');
    const wrong = await place.run('market lst');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      exitCodes.usage,
      expect.stringContaining('Did you mean list?'),
    ]);
    expect((await place.run('order')).exitCode).toBe(exitCodes.usage);
  });

  it.each(['bash', 'zsh', 'fish'])('has a completion for %s with every verb', async (shell) => {
    const { stdout: script } = await place.run(`completion ${shell}`);
    for (const path of verbs) expect(script).toContain(path.split(' ')[1]);
    expect(script).toContain('post-only');
  });

  it('completes groups, verbs and options in bash', async () => {
    const { stdout: script } = await place.run('completion bash');
    const complete = (words: string, before = '') =>
      spawnSync('bash', [
        '-c',
        `${before}\n${script}\nCOMP_WORDS=(${words});` +
          'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tenor;' +
          'echo "${COMPREPLY[@]}"',
      ])
        .stdout.toString()
        .trim();
    expect(complete('tenor ord')).toBe('order');
    expect(complete('tenor order pl')).toBe('place');
    expect(complete('tenor order place --post')).toBe('--post-only');
    // The command itself says which series there are.
    const fake = 'tenor() { [ "$*" = "market symbols" ] && echo "BTC-1-C BTC-1-P ETH-2-C"; }';
    expect(complete('tenor order place BTC', fake)).toBe('BTC-1-C BTC-1-P');
    expect(complete('tenor market book ETH', fake)).toBe('ETH-2-C');
    expect(complete('tenor order place BTC-1-C bu', fake)).toBe('');
  });
});

it('the nearest names come first, strange ones not at all', () => {
  const known = ['BTC-27DEC26-100000-C', 'BTC-27DEC26-100000-P', 'ETH-27DEC26-3000-C', 'X'];
  expect(nearest('BTC-27DEC26-10000-C', known, 2)).toEqual(known.slice(0, 2));
  expect(nearest('zzz', known, 3)).toEqual([]);
});
