export interface Hook {
  type: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';
  fn: () => unknown;
}
/** A describe, or a file, as jest-circus has it. */
export interface Block {
  type: 'describeBlock';
  name: string;
  hooks: readonly Hook[];
  children: readonly (Block | TestEntry)[];
}
export interface TestEntry {
  type: 'test';
  name: string;
  mode?: string;
  fn: () => unknown;
}
export interface Runnable {
  name: string;
  blocks: readonly Block[];
  fn: () => unknown;
}
export function testsUnder(block: Block, above?: readonly Block[]): Generator<Runnable>;
export function runTests(
  tests: readonly Runnable[],
  onStart: (next: Block | Runnable) => void,
  onDone: (test: Runnable, error: unknown, timeSpentMs: number) => boolean,
): Promise<void>;
