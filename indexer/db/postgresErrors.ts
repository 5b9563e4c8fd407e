import { DatabaseGone } from './database.ts';

/**
 * Classes and codes of PostgreSQL's errors (its manual, appendix A) after which the same statement
 * may succeed: connections, resources, shutting down, a primary that is a replica now.
 */
const PASSING = /^(08...|53...|57P0[1-5]|57014|58030|40001|40P01|25006|25P03|55P03)$/;
/** Of the network, as Node names them. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)/;
/** What the driver says without a code. */
const DRIVER = /connection|timeout|not queryable|client was closed|client has/i;

const whatToDo: Readonly<Record<string, string>> = {
  '53100': 'Its disk is full: make room, or drop old partitions.',
  '53300': 'It has too many connections: raise max_connections.',
  '25006': 'It only reads now: name the primary in DATABASE_URL.',
};

/** An error of the driver as what passes, or as it is. */
export function passing(error: unknown, whose = 'PostgreSQL'): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseGone) return error;
  const { code = '', message } = error as Error & { readonly code?: string };
  const isPassing = code === '' ? DRIVER.test(message) : PASSING.test(code) || NETWORK.test(code);
  if (!isPassing) return error;
  const told = message === '' ? code : message;
  const advice = whatToDo[code];
  const text = `${whose}: ${told}.${advice === undefined ? '' : ` ${advice}`}`;
  return new DatabaseGone(text, { cause: error });
}

/** Runs it, with errors as `passing` tells them. */
export async function tellingPassing<T>(work: Promise<T>, whose?: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw passing(error, whose);
  }
}
