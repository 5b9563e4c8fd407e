// Stands in for @jest/globals where tests run without Jest: its own definitions and expectations.
export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';
import { jestExpect } from '@jest/expect';

export const expect = jestExpect;
