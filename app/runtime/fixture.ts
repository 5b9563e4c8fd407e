import { Reject } from './errors.ts';

/** For tests: the code a refused action fails with, such as `clob/5`; 'done' when none did. */
export function refusalCode(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Reject) return `${error.codespace}/${error.code}`;
    throw error;
  }
  return 'done';
}
