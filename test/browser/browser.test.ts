import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { accessibilityFaults } from './accessible.ts';
import { TestBrowser } from './browser.ts';
import { browserTest } from './browserTest.ts';
import { findChromium } from './chromium.ts';
import { picture, smallPicture } from './pictures.ts';

const LIMIT_MS = 60_000;
const GOOD = '<!doctype html><html lang="en"><title>t</title><main><h1>Good</h1></main></html>';
const BAD =
  '<!doctype html><html><title>t</title><main><img src="data:,"><script>lost()</script>' +
  '<p id="out">waiting</p><script>fetch("http://example.com/").catch(() => ' +
  '(out.textContent = "stopped"))</script></main></html>';

let server: Server;
let browser: TestBrowser;
const urlOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeAll(async () => {
  if (findChromium() === null) return;
  server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(request.url === '/good' ? GOOD : BAD);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await TestBrowser.start();
}, LIMIT_MS);

afterAll(async () => {
  if (findChromium() === null) return;
  await browser.stop();
  server.close();
}, LIMIT_MS);

browserTest(
  'a good page has no faults, and its picture is as wide as the page, smaller as WebP',
  async () => {
    const { page, faults, strangers, close } = await browser.open(urlOf('/good'), { width: 390 });
    expect([await accessibilityFaults(page), faults, strangers]).toEqual([[], [], []]);
    const folder = mkdtempSync(join(tmpdir(), 'tenor-pictures-'));
    try {
      const path = await picture(page, 'harness');
      expect(path).toMatch(/harness-390\.png$/);
      const bytes = await smallPicture(page, join(folder, 'good.webp'));
      expect(bytes).toBe(statSync(join(folder, 'good.webp')).size);
      expect(bytes).toBeLessThan(statSync(path).size);
      rmSync(path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    await close();
  },
  LIMIT_MS,
);

browserTest(
  'what a bad page does is seen: errors, requests to strangers, what nobody can read',
  async () => {
    const { page, faults, strangers, close } = await browser.open(urlOf('/bad'));
    await page.getByText('stopped').waitFor();
    expect(strangers).toEqual(['http://example.com/']);
    expect(faults.join('\n')).toContain('lost is not defined');
    const rules = (await accessibilityFaults(page)).join('\n');
    expect(rules).toContain('image-alt');
    expect(rules).toContain('html-has-lang');
    await close();
  },
  LIMIT_MS,
);
