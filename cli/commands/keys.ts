import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { keyError, usageError } from '../errors.ts';
import { checkName, sealKey } from '../keyring/fileKeyring.ts';
import { choosePassphrase } from '../keyring/passphrase.ts';
import {
  makeMnemonic,
  secretOfHex,
  secretOfMnemonic,
  wordsOf,
  type Secret,
} from '../keyring/secret.ts';
import type { Session } from '../session.ts';
import { Group, type Open, type Verb } from './verb.ts';

/** Refuses early, before anybody has typed a passphrase. */
function assertFree(session: Session, name: string): void {
  checkName(name);
  if (session.keys.files.get(name) === null) return;
  throw keyError(
    `There is a key "${name}" already.`,
    `Choose another name, or first: tenor keys delete ${name}`,
  );
}

async function store(session: Session, name: string, secret: Secret): Promise<string> {
  const passphrase = await choosePassphrase(session.settings, session.terminal);
  return session.keys.files.add(name, await sealKey(secret, passphrase)).address;
}

const add: Verb<{ readonly words: string }> = {
  usage: 'add <name>',
  description: 'make a key, and show its recovery phrase once',
  examples: ['keys add alice', 'keys add alice --words 12'],
  options: (command) =>
    command.option('--words <n>', 'length of the recovery phrase, 12 or 24', '24'),
  async run(session, [name], { words }) {
    if (words !== '12' && words !== '24') throw usageError('--words is 12 or 24.');
    assertFree(session, name!);
    const mnemonic = await makeMnemonic(words === '12' ? 12 : 24);
    const address = await store(session, name!, await secretOfMnemonic(mnemonic));
    const { out } = session;
    out.show({ name, address, mnemonic }, () => {
      const warning = [
        'Write these words down: they are not shown again. Whoever has them has the money;',
        'without them, a lost file or passphrase is lost for good.',
      ];
      return [
        out.fields([
          ['name', name!],
          ['address', address],
        ]),
        '',
        warning.map(out.color.yellow),
        '',
        out.color.bold(mnemonic),
      ];
    });
  },
};

const importKey: Verb<{ readonly privateKey?: boolean; readonly file?: string }> = {
  usage: 'import <name>',
  description: 'store a key from its recovery phrase, private key or exported file',
  examples: [
    'keys import alice',
    'keys import alice --private-key',
    'keys import alice --file alice.json',
    'keys import alice --passphrase-stdin < file  (first line passphrase, then the phrase)',
  ],
  options: (command) =>
    command
      .option('--private-key', 'as 64 hexadecimal digits instead of words')
      .option('--file <file>', 'a file of `tenor keys export`; its passphrase stays'),
  async run(session, [name], { privateKey = false, file }) {
    assertFree(session, name!);
    const { out } = session;
    let address: string;
    if (file !== undefined) {
      address = session.keys.files.add(name!, readText(file)).address;
    } else {
      const passphraseFirst = session.settings.passphraseStdin
        ? await choosePassphrase(session.settings, session.terminal)
        : null;
      const text = await secretText(session, privateKey);
      const secret = privateKey ? secretOfHex(text) : await secretOfMnemonic(text);
      address =
        passphraseFirst === null
          ? await store(session, name!, secret)
          : session.keys.files.add(name!, await sealKey(secret, passphraseFirst)).address;
    }
    out.show({ name, address }, () => `Stored "${name!}", ${address}.`);
  },
};

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`--file: ${(error as Error).message}.`);
  }
}

/** A phrase of which the first line is not all may follow word by word, an empty line ending it. */
export const isWholePhrase = (text: string): boolean => {
  const isLine = !text.includes('\n') && wordsOf(text).length >= 12;
  return isLine || text.endsWith('\n') || text === '' || wordsOf(text).length >= 24;
};

async function secretText({ terminal }: Session, isPrivateKey: boolean): Promise<string> {
  const text = !terminal.isInteractive
    ? await terminal.rest()
    : isPrivateKey
      ? await terminal.secret('Private key: ')
      : await terminal.secret(
          'Recovery phrase (or a word a line, then an empty line): ',
          isWholePhrase,
        );
  if (text.trim() !== '') return text;
  throw keyError('Nothing came through stdin.', 'Pipe the recovery phrase in, or use a terminal.');
}

const list: Verb = {
  usage: 'list',
  description: 'keys of the keyring and accounts of the local test network',
  examples: ['keys list'],
  async run({ keys, out }) {
    const known = keys.list();
    out.show({ keys: known }, () => {
      if (known.length === 0) return 'No keys yet. Make one: tenor keys add NAME';
      const columns = [{ title: 'NAME' }, { title: 'ADDRESS' }, { title: 'KIND' }];
      return out.table(
        columns,
        known.map(({ name, address, kind }) => [name, address, kind]),
      );
    });
    return Promise.resolve();
  },
};

const show: Verb = {
  usage: 'show <name>',
  description: 'address and kind of a key',
  examples: ['keys show alice', 'keys show alice --json'],
  async run({ keys, out }, [name]) {
    const key = keys.find(name!);
    out.show(key, () =>
      out.fields([
        ['name', key.name],
        ['address', key.address],
        ['kind', key.kind],
      ]),
    );
    return Promise.resolve();
  },
};

const exportKey: Verb<{ readonly mnemonic?: boolean; readonly privateKey?: boolean }> = {
  usage: 'export <name>',
  description: 'a key for another machine: its encrypted file, or the secret in the open',
  examples: ['keys export alice > alice.json', 'keys export alice --mnemonic'],
  options: (command) =>
    command
      .option('--mnemonic', 'show the recovery phrase')
      .option('--private-key', 'show the private key'),
  async run(session, [name], { mnemonic = false, privateKey = false }) {
    const { keys, out } = session;
    const { kind } = keys.find(name!);
    if (!mnemonic && !privateKey) {
      if (kind === 'test')
        throw keyError(`"${name!}" is no key of the keyring.`, 'Add --mnemonic.');
      const text = keys.files.text(name!);
      out.show(JSON.parse(text), () => text.trimEnd().split('\n'));
      return;
    }
    await session.confirm(`Show the secret of "${name!}" on this screen?`);
    const secret = await keys.secretOf(name!);
    if (mnemonic && secret.mnemonic === null) {
      throw keyError(`"${name!}" was imported without a phrase.`, 'Use --private-key.');
    }
    const hex = Buffer.from(secret.privateKey).toString('hex');
    const json = mnemonic ? { name, mnemonic: secret.mnemonic } : { name, privateKey: hex };
    out.show(json, () => (mnemonic ? secret.mnemonic! : hex));
  },
};

const remove: Verb = {
  usage: 'delete <name>',
  description: 'remove a key from the keyring',
  examples: ['keys delete alice', 'keys delete alice --yes'],
  async run(session, [name]) {
    const { address } = session.keys.files.must(name!);
    if (!session.settings.yes && !session.terminal.isInteractive) {
      throw usageError('Deleting a key needs --yes where nobody can be asked.');
    }
    await session.confirm(
      `Delete "${name!}", ${address}? Only its recovery phrase brings it back.`,
    );
    session.keys.files.remove(name!);
    session.out.show({ name, address, deleted: true }, () => `Deleted "${name!}".`);
  },
};

const rename: Verb = {
  usage: 'rename <name> <new-name>',
  description: 'give a key another name',
  examples: ['keys rename alice trading'],
  async run({ keys, out }, [from, to]) {
    keys.files.rename(from!, to!);
    out.show({ name: to, address: keys.find(to!).address }, () => `"${from!}" is now "${to!}".`);
    return Promise.resolve();
  },
};

export const keysGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'keys', 'keys that sign, encrypted on this machine')
    .verb(add)
    .verb(importKey)
    .verb(list)
    .verb(show)
    .verb(exportKey)
    .verb(remove)
    .verb(rename);
