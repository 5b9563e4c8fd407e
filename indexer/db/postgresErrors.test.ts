import { describe, expect, test } from '@jest/globals';
import { DatabaseGone } from './database.ts';
import { passing } from './postgresErrors.ts';

const failure = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('an error of PostgreSQL', () => {
  test.each([
    ['57P01', 'terminating connection due to administrator command', 'terminating connection'],
    ['57P03', 'the database system is starting up', 'starting up'],
    ['53100', 'could not extend file: No space left on device', 'Its disk is full: make room'],
    ['53300', 'sorry, too many clients already', 'raise max_connections'],
    ['25006', 'cannot execute UPDATE in a read-only transaction', 'name the primary'],
    ['40001', 'canceling statement due to conflict with recovery', 'conflict with recovery'],
    ['ECONNREFUSED', '', 'ECONNREFUSED'],
    ['', 'Connection terminated unexpectedly', 'terminated unexpectedly'],
    ['', 'timeout exceeded when trying to connect', 'timeout exceeded'],
  ])('%s (%s) passes, and says what to do where anything can be done', (code, message, told) => {
    const error = passing(code === '' ? new Error(message) : failure(code, message));
    expect(error).toBeInstanceOf(DatabaseGone);
    expect((error as Error).message).toContain(told);
  });

  test.each([
    ['23505', 'duplicate key value violates unique constraint'],
    ['42P01', 'relation "fills" does not exist'],
    ['28P01', 'password authentication failed'],
    ['42501', 'permission denied for table progress'],
  ])('%s (%s) does not', (code, message) => {
    const error = failure(code, message);
    expect(passing(error)).toBe(error);
  });
});
