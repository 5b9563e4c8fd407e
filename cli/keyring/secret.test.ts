import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { isWholePhrase } from '../commands/keys.ts';
import type { CliError } from '../errors.ts';
import { Terminal } from '../terminal.ts';
import { secretOfMnemonic } from './secret.ts';

const words = [...Array<string>(11).fill('abandon'), 'about'];
const phrase = words.join(' ');

describe('a recovery phrase', () => {
  it.each([
    ['a word a line', words.join('\n')],
    ['Windows lines', `${words.join('\r\n')}\r\n`],
    ['tabs and double spaces', words.join(' \t  ')],
    ['capitals', phrase.toUpperCase()],
    ['a numbered list', words.map((word, i) => `${i + 1}. ${word}`).join('\n')],
    ['numbers in brackets', words.map((word, i) => `(${i + 1}) ${word}`).join(' ')],
    ['commas and quotes', `"${words.join(', ')}"\n\n`],
    ['no-break spaces and full-width letters', words.join('\u00a0').replaceAll('a', 'ａ')],
  ])('may be written with %s', async (_, text) => {
    expect((await secretOfMnemonic(text)).mnemonic).toBe(phrase);
  });

  const refusal = (text: string) =>
    secretOfMnemonic(text).then(
      () => null,
      (error: unknown) => (error as CliError).advice,
    );

  it('says how many words it has and lacks, or that its check fails', async () => {
    expect(await refusal(words.slice(1).join(' '))).toContain('this has 11');
    expect(await refusal(words.map(() => 'abandon').join(' '))).toContain('typing error');
    expect(await refusal(phrase.replace('about', 'abuot'))).toContain('typing error');
  });
});

describe('a phrase typed at a terminal', () => {
  const typed = async (text: string) => {
    const stdin = new PassThrough();
    const asked = new Terminal(
      stdin as unknown as NodeJS.ReadStream,
      new PassThrough().resume(),
    ).secret('Phrase: ', isWholePhrase);
    stdin.write(text);
    return (await secretOfMnemonic(await asked)).mnemonic;
  };

  it('is a line, or a word a line up to an empty one', async () => {
    expect(await typed(`${phrase}\nmore\n`)).toBe(phrase);
    expect(await typed(`${words.join('\n')}\n\n`)).toBe(phrase);
  });

  it('of twenty-four words ends by itself', async () => {
    const long = [...Array<string>(23).fill('abandon'), 'art'];
    expect(await typed(`${long.join('\n')}\n`)).toBe(long.join(' '));
  });
});
