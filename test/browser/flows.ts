import type { Page } from 'playwright-core';

/** People wait this long for a chain that is busy. */
const PATIENCE_MS = 60_000;

/** Connects as a test account of the local network, by one click. */
export async function take(page: Page, name: string): Promise<void> {
  page.setDefaultTimeout(PATIENCE_MS);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Goes to a page of the terminal, as its tabs do. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash);
}

/** Money from the wallet into the subaccount, on the account page. */
export async function deposit(page: Page, usd: string): Promise<void> {
  await go(page, '#/account');
  await page.getByLabel('Amount in USD').fill(usd);
  await page.getByRole('button', { name: 'Deposit', exact: true }).click();
  await page.getByText('Deposited', { exact: true }).first().waitFor();
}

/** A number beside its name, as `Facts` shows it: `12,345.67` is 12345.67. */
export async function fact(page: Page, name: string): Promise<number> {
  const text = await page.locator('dt', { hasText: name }).first().locator('+ dd').innerText();
  const value = Number(text.replaceAll(',', '').replace('−', '-').replace('+', ''));
  if (Number.isNaN(value)) throw new Error(`${name} is ${text}, which is no number`);
  return value;
}
