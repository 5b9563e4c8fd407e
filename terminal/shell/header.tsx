import { useEffect, useRef } from 'preact/hooks';
import { pageOf, pages } from '../pages.ts';
import { addressOf, route } from '../store/route.ts';
import { theme, timeZone } from '../store/settings.ts';
import { IconButton } from '../ui/button.tsx';
import { isHelpOpen, isSearchOpen } from './keysOpen.ts';
import { WalletButton } from './walletButton.tsx';
import css from './header.module.css';

const themes = { system: 'dark', dark: 'light', light: 'system' } as const;
const marks = { system: '◐', dark: '●', light: '○' } as const;

function Tabs() {
  const nav = useRef<HTMLElement>(null);
  const current = pageOf(route.value.page);
  // On a narrow screen the last ones are out of sight until one comes to them.
  useEffect(() => {
    const tab = nav.current?.querySelector('[aria-current]');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current.name]);
  return (
    <nav ref={nav} class={css['tabs']} aria-label="Pages">
      {pages.map(({ name, title }) => (
        <a
          key={name}
          href={addressOf(name)}
          class={css['tab']}
          aria-current={name === current.name ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

export function Header() {
  return (
    <header class={css['header']}>
      <a class={css['brand']} href={addressOf(pages[0]!.name)} aria-label="Tenor">
        tenor
      </a>
      <Tabs />
      <div class={css['tools']}>
        <IconButton label="Search series and pages" onClick={() => (isSearchOpen.value = true)}>
          Search <kbd>/</kbd>
        </IconButton>
        <IconButton label="Keys" onClick={() => (isHelpOpen.value = true)}>
          ?
        </IconButton>
        <IconButton
          label={`Times in ${timeZone.value === 'utc' ? 'UTC' : 'your zone'}: change`}
          onClick={() => (timeZone.value = timeZone.value === 'utc' ? 'local' : 'utc')}
        >
          {timeZone.value === 'utc' ? 'UTC' : 'Local'}
        </IconButton>
        <IconButton
          label={`Theme: ${theme.value}; change to ${themes[theme.value]}`}
          onClick={() => (theme.value = themes[theme.value])}
        >
          {marks[theme.value]}
        </IconButton>
        <WalletButton />
      </div>
    </header>
  );
}
