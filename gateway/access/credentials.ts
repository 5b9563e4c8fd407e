import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a gateway keeps for an account: the key it signs with, and what its clients show it. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the session key, hexadecimal; null where the key is somebody's else. */
  readonly sessionKey: string | null;
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const OTHERS = 0o077;

/** The file can be read by others, or is not what was written. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

/**
 * The credentials of a file, made where there is none: 0600, in a folder of 0700.
 * @param withKey whether a session key is made, too
 * @throws CredentialsError when others may read the file, or it is damaged
 */
export function openCredentials(path: string, withKey: boolean): Credentials {
  if (!existsSync(path)) {
    const made: Credentials = {
      clientId: randomBytes(ID_BYTES).toString('base64url'),
      clientSecret: randomBytes(SECRET_BYTES).toString('base64url'),
      sessionKey: withKey ? randomBytes(SECRET_BYTES).toString('hex') : null,
    };
    save(path, made);
    return made;
  }
  if ((statSync(path).mode & OTHERS) !== 0) {
    throw new CredentialsError(`${path} can be read by others: chmod 600 ${path}`);
  }
  const known = read(path);
  if (!withKey || known.sessionKey !== null) return known;
  const completed = { ...known, sessionKey: randomBytes(SECRET_BYTES).toString('hex') };
  save(path, completed);
  return completed;
}

function read(path: string): Credentials {
  const isText = (value: unknown) => typeof value === 'string' && value.length >= 8;
  try {
    const known = JSON.parse(readFileSync(path, 'utf8')) as Partial<Credentials>;
    const { clientId, clientSecret, sessionKey = null } = known;
    const isKey = sessionKey === null || /^[0-9a-f]{64}$/.test(sessionKey);
    if (isText(clientId) && isText(clientSecret) && isKey) {
      return { clientId: clientId!, clientSecret: clientSecret!, sessionKey };
    }
  } catch {
    // Said below: it is not what was written.
  }
  throw new CredentialsError(`${path} is damaged: remove it, and new credentials are made`);
}

/** Written whole under another name first: a power cut leaves the old one or the new one. */
function save(path: string, credentials: Credentials): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
