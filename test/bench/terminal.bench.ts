import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testnet/paths.ts';
import { TestBrowser } from '../browser/browser.ts';
import { MovingMarket } from '../browser/movingMarket.ts';
import type { Emit } from './figure.ts';

export const name = 'terminal';

const PER_SECOND = 30;
const WARM_MS = 4_000;
const WATCHED_MS = 12_000;
const KB = 1_000;

/** Bytes of these files of the terminal, compressed as nodes send them. */
function compressedSize(names: readonly string[]): number {
  const paths = names.map((one) => join(root, 'dist', 'terminal', one));
  const sizeOf = (path: string) => statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
  return paths.reduce((sum, path) => sum + sizeOf(path), 0);
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

/** The page with 400 series, all of which move thirty times a second. Needs Chromium and dist/. */
export async function run(emit: Emit): Promise<void> {
  const market = await MovingMarket.start(PER_SECOND);
  const browser = await TestBrowser.start();
  try {
    const { page } = await browser.open(`${market.url}#/trade/BTC`);
    await page.getByRole('region', { name: 'Option chain' }).waitFor();
    // It is told a moment after what was painted is there.
    const painted = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    );
    const paint = Number(await painted.jsonValue());
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname),
    );
    const assets = loaded.filter((path) => path.startsWith('/assets/'));
    const bytes = compressedSize(['index.html', ...assets]);
    emit({ name: 'terminal: first load, compressed', value: Math.round(bytes / KB), unit: 'KB' });
    emit({ name: 'terminal: first contentful paint', value: Math.round(paint), unit: 'ms' });
    await page.waitForTimeout(WARM_MS);
    const session = await page.context().newCDPSession(page);
    // CPU time, whatever else the machine does.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? NaN;
    };
    const before = await busy();
    const frames = await page.evaluate(
      (ms) =>
        new Promise<number[]>((resolve) => {
          const gaps: number[] = [];
          const began = performance.now();
          let last = began;
          const step = (now: number) => {
            gaps.push(now - last);
            last = now;
            if (now - began < ms) requestAnimationFrame(step);
            else resolve(gaps.sort((a, b) => a - b));
          };
          requestAnimationFrame(step);
        }),
      WATCHED_MS,
    );
    const share = (await busy()) - before;
    const tenth = (value: number) => Math.round(value * 10) / 10;
    const of = `at ${PER_SECOND} updates/s of 400 series`;
    emit({ name: `terminal: frame ${of}, p50`, value: tenth(at(frames, 0.5)), unit: 'ms' });
    emit({ name: `terminal: frame ${of}, p99`, value: tenth(at(frames, 0.99)), unit: 'ms' });
    const perUpdate = (1_000 * share) / ((WATCHED_MS / 1_000) * PER_SECOND);
    emit({ name: `terminal: CPU of the page ${of}`, value: tenth(perUpdate), unit: 'ms/update' });
  } finally {
    await browser.stop();
    await market.close();
  }
}
