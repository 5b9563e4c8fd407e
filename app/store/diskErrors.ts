/** What helps against every damage. */
export const RESTORE = 'restore it from a backup, or remove it and sync from the other validators';

/** The database cannot be used as it is; the message says what to do. */
export class DiskError extends Error {
  override readonly name: string = 'DiskError';
}

/** What the host says, and what helps. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/No space left|Disk quota|File too large|ENOSPC|EDQUOT|EFBIG/, 'make room on the disk'],
  [/Permission denied|not permitted|EACCES|EPERM/, 'give this user the right to write there'],
  [/Read-only file system|EROFS/, 'mount it writable'],
  [/Input\/output error|EIO\b/, 'the disk is failing: check it, and replace it if need be'],
  [/Too many open files|EMFILE|ENFILE/, 'raise the limit of open files'],
  [/Cannot allocate memory|ENOMEM/, 'give it more memory'],
  [/is not open|has been aborted/, 'close it when nothing uses it any more'],
];

/**
 * The host refuses, and what is on disk is as good as it was: once the cause is mended from
 * outside, a start goes on from there.
 */
export class DiskFailure extends DiskError {
  override readonly name = 'DiskFailure';

  static reasonOf(error: unknown): string {
    const { message, cause } = error as Error & { cause?: { message?: string } };
    return cause?.message ?? message;
  }

  /** The failure of the host that an error tells of; undefined when it tells of none. */
  static find(what: string, error: unknown): DiskFailure | undefined {
    const reason = DiskFailure.reasonOf(error);
    const remedy = REMEDIES.find(([pattern]) => pattern.test(reason))?.[1];
    if (remedy === undefined) return undefined;
    return new DiskFailure(`${what} (${reason}): ${remedy}, and start again`);
  }

  static of(what: string, error: unknown): DiskFailure {
    return (
      DiskFailure.find(what, error) ??
      new DiskFailure(`${what} (${DiskFailure.reasonOf(error)}): mend that, and start again`)
    );
  }
}
