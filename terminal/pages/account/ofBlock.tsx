import css from './accountPage.module.css';
import type { Explained } from './explanation.ts';

/** Of which block the numbers of a panel are: panels that say the same one belong together. */
export function OfBlock({ explained }: { explained: Explained | null }) {
  if (explained === null) return null;
  return <small class={css['ofBlock']}>block {explained.height.toLocaleString('en')}</small>;
}
