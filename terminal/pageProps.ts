export interface PageProps {
  /** What follows the page's name in the address: `#/trade/BTC/27DEC26` has two. */
  readonly params: readonly string[];
}
