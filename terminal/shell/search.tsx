import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { price } from '../format/amounts.ts';
import { partsOf } from '../format/series.ts';
import { matching } from '../format/matching.ts';
import { pages } from '../pages.ts';
import type { Series } from '../store/markets.ts';
import { goTo } from '../store/route.ts';
import { underlyings } from '../store/network.ts';
import { useChannel } from '../store/streams.ts';
import { Dialog } from '../ui/dialog.tsx';
import { isSearchOpen } from './keysOpen.ts';
import css from './overlays.module.css';

const SHOWN = 40;

interface Found {
  readonly id: string;
  readonly text: string;
  readonly aside: string;
  readonly go: () => void;
}

function useSeries(): readonly Series[] {
  // What there are options on is governed, and rarely more than these; hooks need a fixed number.
  const [first = null, second = null, third = null, fourth = null] = underlyings.value;
  const tickers = [
    useChannel(first === null ? null : `ticker:${first}`),
    useChannel(second === null ? null : `ticker:${second}`),
    useChannel(third === null ? null : `ticker:${third}`),
    useChannel(fourth === null ? null : `ticker:${fourth}`),
  ];
  return tickers.flatMap(
    ({ document }) => Object.values(document.value?.series ?? {}) as unknown as Series[],
  );
}

function foundFor(text: string, series: readonly Series[]): readonly Found[] {
  const ofPages = pages.map(({ name, title }) => ({
    ...{ id: name, text: title, aside: 'page', words: title },
    go: () => goTo(name),
  }));
  const ofSeries = series
    .filter(({ kind }) => kind !== 'none')
    .map(({ symbol, mark }) => {
      const { underlying, expiry, text: said } = partsOf(symbol);
      return {
        ...{ id: symbol, text: said, aside: price(mark?.markUusd) },
        words: `${symbol.replaceAll('-', ' ')} ${said.replaceAll(',', '')}`,
        go: () => goTo('trade', underlying, expiry, symbol),
      };
    });
  return [...ofPages, ...ofSeries].filter(({ words }) => matching(words, text)).slice(0, SHOWN);
}

/** Finds a series or a page by any of its words: `64000 call dec`. */
export function Search() {
  const text = useSignal('');
  const at = useSignal(0);
  const list = useRef<HTMLUListElement>(null);
  const found = foundFor(text.value, useSeries());
  const close = () => (isSearchOpen.value = false);
  const choose = (one: Found | undefined) => {
    if (one === undefined) return;
    close();
    one.go();
  };
  const move = (by: number) => {
    at.value = Math.max(0, Math.min(found.length - 1, at.value + by));
    list.current?.children[at.value]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Dialog title="Search" onClose={close}>
      <div class={css['search']}>
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="found"
          aria-activedescendant={`found-${at.value}`}
          aria-label="Series or page"
          placeholder="64000 call dec"
          autocomplete="off"
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') choose(found[at.value]);
            else if (event.key === 'ArrowDown') move(1);
            else if (event.key === 'ArrowUp') move(-1);
            else return;
            event.preventDefault();
          }}
        />
        <ul id="found" ref={list} class={css['found']} role="listbox" aria-label="Found">
          {found.map((one, index) => (
            <li
              key={one.id}
              id={`found-${index}`}
              role="option"
              aria-selected={index === at.value}
              onClick={() => choose(one)}
            >
              {one.text}
              <small>{one.aside}</small>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
