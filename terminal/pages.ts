import type { ComponentType } from 'preact';
import type { PageProps } from './pageProps.ts';

export interface Page {
  /** Its name in the address. */
  readonly name: string;
  readonly title: string;
  /** Its code, fetched when somebody comes to it. */
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
}

/** In the order of the tabs; the first is where one begins. */
export const pages: readonly Page[] = [
  { name: 'trade', title: 'Trade', load: () => import('./pages/trade/tradePage.tsx') },
  {
    name: 'account',
    title: 'Account',
    load: () => import('./pages/account/accountPage.tsx'),
  },
  {
    name: 'builder',
    title: 'Builder',
    load: () => import('./pages/builder/builderPage.tsx'),
  },
  {
    name: 'surface',
    title: 'Surface',
    load: () => import('./pages/surface/surfacePage.tsx'),
  },
  {
    name: 'liquidations',
    title: 'Liquidations',
    load: () => import('./pages/liquidations/liquidationsPage.tsx'),
  },
  {
    name: 'explorer',
    title: 'Explorer',
    load: () => import('./pages/explorer/explorerPage.tsx'),
  },
  {
    name: 'network',
    title: 'Network',
    load: () => import('./pages/network/networkPage.tsx'),
  },
];

/** The page of a name in an address; of any other text, that where one begins. */
export const pageOf = (name: string): Page => pages.find((page) => page.name === name) ?? pages[0]!;
