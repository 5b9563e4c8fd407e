import { goTo } from '../store/route.ts';
import { ticket } from '../store/ticket.ts';
import { pages } from '../pages.ts';
import { isHelpOpen, isSearchOpen } from './keysOpen.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.matches('input:not([type="checkbox"]), select, textarea') || target.isContentEditable);

const focus = (name: string) => () =>
  document.querySelector<HTMLInputElement>(`[data-shortcut="${name}"]`)?.focus();

/** Keys that do something anywhere but where one types: what the help shows. */
export const keys: readonly {
  readonly key: string;
  readonly what: string;
  readonly run: () => void;
}[] = [
  { key: '/', what: 'Search series and pages', run: () => (isSearchOpen.value = true) },
  { key: 'b', what: 'Buy in the ticket', run: () => (ticket.side.value = 'buy') },
  { key: 's', what: 'Sell in the ticket', run: () => (ticket.side.value = 'sell') },
  { key: 'l', what: 'Limit order', run: () => (ticket.kind.value = 'limit') },
  { key: 'm', what: 'Market order with a bound', run: () => (ticket.kind.value = 'market') },
  { key: 'v', what: 'Order by volatility', run: () => (ticket.kind.value = 'iv') },
  { key: 'q', what: 'Size of the ticket', run: focus('size') },
  {
    key: 'p',
    what: 'Price of the ticket; ↑ ↓ move it by a tick, Enter sends',
    run: focus('price'),
  },
  { key: '?', what: 'These keys', run: () => (isHelpOpen.value = true) },
];

/** Listens for keys for as long as the page is there. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    const isTaken = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (isTaken || document.querySelector('dialog[open]') !== null) return;
    if (isTyping(target)) {
      if (key === 'Escape') (target as HTMLElement).blur();
      return;
    }
    const page = /^[1-9]$/.test(key) ? pages[Number(key) - 1] : undefined;
    const known = keys.find((each) => each.key === key);
    if (known === undefined && page === undefined) return;
    event.preventDefault();
    if (page !== undefined) goTo(page.name);
    else known?.run();
  });
}
