// The tests of files that were loaded, each to be run alone and as often as one likes.

/** Every test of a file: its describes from the outermost, and its full name. */
export function* testsUnder(block, above = []) {
  const blocks = [...above, block];
  for (const child of block.children) {
    if (child.type === 'describeBlock') yield* testsUnder(child, blocks);
    else if (child.mode !== 'skip' && child.mode !== 'todo') {
      const names = [...blocks.slice(1).map(({ name }) => name), child.name];
      yield { name: names.join(' '), blocks, fn: child.fn };
    }
  }
}

const hooksOf = (block, type) => block.hooks.filter((hook) => hook.type === type);

/**
 * Runs tests one after the other with their hooks, as Jest does; what `onDone` returns as false
 * ends the run. Those of a file come together. `onStart` is told what runs next: the hooks before
 * all of a block, or a test.
 */
export async function runTests(tests, onStart, onDone) {
  let open = [];
  const closeTo = async (kept) => {
    for (const block of open.slice(kept).reverse()) {
      for (const { fn } of hooksOf(block, 'afterAll')) await fn();
    }
    open = open.slice(0, kept);
  };
  for (const test of tests) {
    const shared = test.blocks.findIndex((block, i) => block !== open[i]);
    const kept = shared < 0 ? test.blocks.length : shared;
    let error;
    const startedMs = Date.now();
    try {
      await closeTo(Math.min(kept, open.length));
      for (const block of test.blocks.slice(open.length)) {
        open.push(block);
        onStart(block);
        for (const { fn } of hooksOf(block, 'beforeAll')) await fn();
      }
      onStart(test);
      await runOne(test);
    } catch (thrown) {
      error = thrown ?? new Error('thrown');
    }
    if (onDone(test, error, Date.now() - startedMs) === false) break;
  }
  await closeTo(0).catch(() => undefined);
}

async function runOne({ blocks, fn }) {
  try {
    for (const block of blocks) for (const hook of hooksOf(block, 'beforeEach')) await hook.fn();
    await fn();
  } finally {
    for (const block of blocks.toReversed()) {
      for (const hook of hooksOf(block, 'afterEach')) await hook.fn();
    }
  }
}
