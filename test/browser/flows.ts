import type { Page } from 'playwright-core';
import type { Opened } from './browser.ts';

/** People wait this long for a chain that is busy. */
const PATIENCE_MS = 120_000;

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

async function moveMoney(page: Page, button: string, said: string, usd: string): Promise<void> {
  await go(page, '#/account');
  await page.getByLabel('Amount in USD').fill(usd);
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByText(said, { exact: true }).first().waitFor();
}

/** Money from the wallet into the subaccount, on the account page. */
export const deposit = (page: Page, usd: string) => moveMoney(page, 'Deposit', 'Deposited', usd);

/** Money back into the wallet, on the account page. */
export const withdraw = (page: Page, usd: string) => moveMoney(page, 'Withdraw', 'Withdrawn', usd);

/** An order as it is typed; without a price, that of the other side, which is clicked. */
export interface TypedOrder {
  readonly symbol: string;
  readonly expiry: string;
  readonly side: 'buy' | 'sell';
  readonly size: string;
  readonly price?: string;
}

/** Sends an order by the ticket, from a click on a price of the chain. */
export async function order(page: Page, typed: TypedOrder): Promise<void> {
  const { symbol, expiry, side, size, price } = typed;
  await go(page, `#/trade/BTC/${expiry}`);
  const level = side === 'buy' ? 'ask' : 'bid';
  await page.getByRole('button', { name: new RegExp(`^${level} of ${symbol}: [\\d,.]+$`) }).click();
  const form = page.getByRole('form', { name: 'Order' });
  await form.getByLabel('Size').fill(size);
  if (price !== undefined) await form.getByLabel('Price', { exact: true }).fill(price);
  const verb = side === 'buy' ? 'Buy' : 'Sell';
  await form
    .getByRole('button', { name: new RegExp(`^${verb} ${size.replace('.', '\\.')}`) })
    .click();
}

/** A number beside its name, as `Facts` shows it: `12,345.67` is 12345.67. */
export async function fact(page: Page, name: string): Promise<number> {
  const text = await page.locator('dt', { hasText: name }).first().locator('+ dd').innerText();
  const value = Number(text.replaceAll(',', '').replace('−', '-').replace('+', ''));
  if (Number.isNaN(value)) throw new Error(`${name} is ${text}, which is no number`);
  return value;
}

/** The block that the page says it shows. */
export const heightOf = async (page: Page): Promise<number> =>
  Number((await page.getByText(/^Block [\d,]+$/).innerText()).replace(/\D/g, ''));

/** There may be no engine behind a node, and no auction any more: answers, and no faults. */
const ANSWERS = /404 \(Not Found\)|400 \(Bad Request\) \S+\/auction$/;
export const faultsOf = ({ faults }: Opened): string[] =>
  faults.filter((fault) => !ANSWERS.test(fault));

/** Waits until a text is shown, wherever it is. */
export const seen = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

/** The same of what an earlier step may still show: the step is done once that is gone. */
export async function seenAnew(
  page: Page,
  text: string | RegExp,
  step: () => Promise<void>,
): Promise<void> {
  await page.getByText(text).first().waitFor({ state: 'detached' });
  await step();
  await seen(page, text);
}

/** From now on the node tells the light client one unit more of a wallet; until what it returns. */
export async function lieAboutWallets(page: Page): Promise<() => Promise<void>> {
  const path = '**/cosmos/bank/v1beta1/balances/*?height=*';
  await page.route(path, async (route) => {
    const answer = await route.fetch();
    const said = (await answer.json()) as { balances: { denom: string; amount: string }[] };
    const balances = said.balances.map(({ denom, amount }) => ({
      ...{ denom, amount: String(BigInt(amount) + 1n) },
    }));
    await route.fulfill({ response: answer, json: { ...said, balances } });
  });
  return () => page.unroute(path);
}
