import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../testnet/paths.ts';

/** Where pictures of a test run are kept, to be looked at; git does not see them. */
export const PICTURES = join(root, '.cache', 'pictures');

const SETTLE_MS = 500;

/** Keeps what is seen of a page; nothing that still moves holds it up. */
export async function picture(page: Page, name: string): Promise<string> {
  mkdirSync(PICTURES, { recursive: true });
  const width = page.viewportSize()?.width ?? 0;
  const path = join(PICTURES, `${name}-${width}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  return path;
}

/** Keeps what is seen of a page on a desk and on a telephone. */
export async function pictures(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1_440, height: 900 };
  for (const width of [1_440, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    // Charts follow their room with the next frame.
    await page.waitForTimeout(SETTLE_MS);
    await picture(page, name);
  }
  await page.setViewportSize(before);
}

/** The same as WebP, a fifth of the size, for the README. The browser itself encodes it. */
export async function smallPicture(page: Page, path: string, quality = 0.85): Promise<number> {
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const blank = await page.context().newPage();
  try {
    const encoded = await blank.evaluate(
      async ({ bytes, quality: share }) => {
        const image = new Image();
        image.src = `data:image/png;base64,${bytes}`;
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth;
        canvas.height = image.naturalHeight;
        canvas.getContext('2d')!.drawImage(image, 0, 0);
        return canvas.toDataURL('image/webp', share);
      },
      { bytes: png.toString('base64'), quality },
    );
    const webp = Buffer.from(encoded.split(',')[1] ?? '', 'base64');
    writeFileSync(path, webp);
    return webp.length;
  } finally {
    await blank.close();
  }
}
