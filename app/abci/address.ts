import { lstat, rm } from 'node:fs/promises';
import { connect } from 'node:net';

/** Where the server listens, in the words of CometBFT's `proxy_app`. */
export type Address =
  | { readonly transport: 'unix'; readonly path: string }
  | { readonly transport: 'tcp'; readonly host: string; readonly port: number };

/** `sun_path` of the system, without its final zero byte. */
const UNIX_PATH_MAX_BYTES = process.platform === 'darwin' ? 103 : 107;

const PORT_MAX = 65_535;

/** @throws Error that says what to write instead. */
export function parseAddress(address: string): Address {
  const [transport, rest] = splitOnce(address, '://');
  if (transport === 'unix') return { transport, path: checkedUnixPath(rest) };
  if (transport === 'tcp') return { transport, ...parseHostAndPort(rest, address) };
  throw new Error(
    `ABCI address "${address}" is neither unix:///path/to/app.sock nor tcp://127.0.0.1:26658`,
  );
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function checkedUnixPath(path: string): string {
  if (path === '') throw new Error('ABCI address unix:// has no path: write unix:///path/app.sock');
  const bytes = Buffer.byteLength(path);
  if (bytes > UNIX_PATH_MAX_BYTES) {
    throw new Error(
      `unix socket path has ${bytes} bytes and the system allows ${UNIX_PATH_MAX_BYTES}: ` +
        `choose a shorter one, such as a new folder under the system's temporary folder (${path})`,
    );
  }
  return path;
}

function parseHostAndPort(text: string, address: string): { host: string; port: number } {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(at, 0)).replace(/^\[(.*)\]$/, '$1');
  const port = /^\d+$/.test(text.slice(at + 1)) ? Number(text.slice(at + 1)) : NaN;
  if (host === '' || !(port <= PORT_MAX)) {
    throw new Error(`ABCI address "${address}" needs a host and a port: tcp://127.0.0.1:26658`);
  }
  return { host, port };
}

/**
 * Removes a socket that a dead process left behind.
 *
 * @throws Error when the path is not a socket, or a living process listens on it.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new Error(
      `${path} exists and is not a socket: remove it, or choose another ABCI address`,
    );
  }
  if (await someoneListens(path)) {
    throw new Error(
      `another process listens on ${path}: stop it, or choose another ABCI address for this one`,
    );
  }
  await rm(path, { force: true });
}

function someoneListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // ECONNREFUSED says nobody does; any other error is left to listen(), which names it.
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'));
  });
}
