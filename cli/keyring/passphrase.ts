import { readFileSync } from 'node:fs';
import type { Settings } from '../config/settings.ts';
import { keyError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

type Sources = Pick<Settings, 'passphraseStdin' | 'passphraseFile'>;

const MIN_LENGTH = 8;

/**
 * The passphrase of a key: the first line of stdin with --passphrase-stdin, else of the file that
 * TENOR_PASSPHRASE_FILE names, else asked for. Never an argument: process lists show those.
 */
export async function askPassphrase(
  sources: Sources,
  terminal: Terminal,
  question: string,
): Promise<string> {
  const given = await givenPassphrase(sources, terminal);
  if (given !== null) return given;
  if (terminal.isInteractive) return terminal.secret(question);
  throw keyError(
    'A passphrase is needed, and there is no terminal to ask for it.',
    'Pipe it in with --passphrase-stdin, or name a file with TENOR_PASSPHRASE_FILE.',
  );
}

/** A passphrase for a new key: typed twice, and not too short. */
export async function choosePassphrase(sources: Sources, terminal: Terminal): Promise<string> {
  const asked = !sources.passphraseStdin && sources.passphraseFile === undefined;
  const chosen = await askPassphrase(sources, terminal, 'Passphrase for the new key: ');
  if (chosen.length < MIN_LENGTH) {
    throw keyError(`A passphrase has at least ${MIN_LENGTH} characters.`);
  }
  if (asked && (await terminal.secret('The same again: ')) !== chosen) {
    throw keyError('The two are not the same.', 'Nothing was stored; try again.');
  }
  return chosen;
}

async function givenPassphrase(sources: Sources, terminal: Terminal): Promise<string | null> {
  if (sources.passphraseStdin) {
    const line = await terminal.nextLine();
    if (line === null || line === '') throw keyError('No passphrase came through stdin.');
    return line;
  }
  if (sources.passphraseFile === undefined) return null;
  try {
    return readFileSync(sources.passphraseFile, 'utf8').split(/\r?\n/)[0]!;
  } catch (error) {
    throw keyError(`TENOR_PASSPHRASE_FILE: ${(error as Error).message}.`);
  }
}
