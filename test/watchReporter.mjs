/** A file that takes longer is named while it runs. */
const SLOW_MS = 300_000;
/** A run that takes longer ends; TENOR_TEST_MINUTES gives another time. */
const MINUTES = Number(process.env.TENOR_TEST_MINUTES ?? 60);

const seconds = (ms) => Math.round(ms / 1_000);
const say = (line) => process.stderr.write(`${line}\n`);

/**
 * Jest reporter: names the files that do not end, which Jest itself never does, and ends a run
 * that would go on for ever. The run then has no results, and so has failed.
 */
export default class WatchReporter {
  #running = new Map();
  #timers = [];

  onRunStart() {
    this.#timers = [
      setInterval(() => this.#name((ms) => ms > SLOW_MS), SLOW_MS),
      setTimeout(() => this.#end(), MINUTES * 60_000),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  onTestFileStart({ path }) {
    this.#running.set(path, Date.now());
  }

  onTestFileResult({ path }) {
    this.#running.delete(path);
  }

  onRunComplete() {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #name(isShown) {
    for (const [path, since] of this.#running) {
      const ms = Date.now() - since;
      if (isShown(ms)) say(`still running after ${seconds(ms)} s: ${path}`);
    }
  }

  #end() {
    say(`The tests did not end within ${MINUTES} minutes (TENOR_TEST_MINUTES):`);
    this.#name(() => true);
    process.exit(1);
  }
}
