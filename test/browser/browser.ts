import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

export interface OpenOptions {
  /** In CSS pixels; 1440 unless said. */
  readonly width?: number;
  readonly theme?: 'dark' | 'light';
}

const HEIGHTS: Readonly<Record<number, number>> = { 390: 844 };
const HEIGHT = 900;
/** In a container, and silent: no request that no page asked for. */
const FLAGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'];

/** A page, and what it did that no page should. */
export interface Opened {
  readonly page: Page;
  /** Errors of scripts, of the console, and violations of the page's own policy. */
  readonly faults: string[];
  /** Requests that would have left this machine; they were stopped. */
  readonly strangers: string[];
  readonly close: () => Promise<void>;
}

/** A browser of its own: no user's profile, no display. */
export class TestBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @throws Error without Chromium */
  static async start(): Promise<TestBrowser> {
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('there is no Chromium: see $CHROMIUM');
    // WebGL without a graphics card.
    const args = [...FLAGS, '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
    return new TestBrowser(await chromium.launch({ executablePath, args }));
  }

  /** Opens an address with nothing remembered from before. */
  async open(url: string, { width = 1_440, theme = 'dark' }: OpenOptions = {}): Promise<Opened> {
    const viewport = { width, height: HEIGHTS[width] ?? HEIGHT };
    const context = await this.#browser.newContext({
      ...{ viewport, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'UTC' },
      ...{ locale: 'en', acceptDownloads: true },
    });
    const faults: string[] = [];
    const strangers: string[] = [];
    const isOurs = (address: URL) => address.hostname === '127.0.0.1';
    await context.route(
      (address) => !isOurs(address) && address.protocol.startsWith('http'),
      async (route) => {
        strangers.push(route.request().url());
        await route.abort();
      },
    );
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${message.text()} ${message.location().url}`);
    });
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    return { page, faults, strangers, close: () => context.close() };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}
