import { pages } from '../pages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { keys } from './keys.ts';
import { isHelpOpen, isSearchOpen } from './keysOpen.ts';
import { Search } from './search.tsx';
import css from './overlays.module.css';

function Help() {
  return (
    <Dialog title="Keys" onClose={() => (isHelpOpen.value = false)}>
      <dl class={css['keys']}>
        {keys.map(({ key, what }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>1</kbd>–<kbd>{Math.min(9, pages.length)}</kbd>
          </dt>
          <dd>Pages</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Out of a field or a window</dd>
        </div>
      </dl>
    </Dialog>
  );
}

/** What keys bring up over the page. */
export function Overlays() {
  return (
    <>
      {isSearchOpen.value ? <Search /> : null}
      {isHelpOpen.value ? <Help /> : null}
    </>
  );
}
