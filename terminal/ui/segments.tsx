import type { ComponentChildren } from 'preact';
import css from './segments.module.css';

interface LinkSegmentsProps {
  readonly label: string;
  readonly chosen: string;
  readonly links: readonly {
    readonly name: string;
    readonly text: ComponentChildren;
    readonly href: string;
  }[];
}

/** A choice of one that the address says. */
export function LinkSegments({ label, chosen, links }: LinkSegmentsProps) {
  return (
    <div class={css['segments']} role="group" aria-label={label}>
      {links.map(({ name, text, href }) => (
        <a key={name} href={href} aria-current={name === chosen ? 'true' : undefined}>
          {text}
        </a>
      ))}
    </div>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly chosen: T;
  readonly choices: readonly { readonly name: T; readonly text: string }[];
  readonly onChoose: (name: T) => void;
}

/** A choice of one that the page remembers. */
export function Segments<T extends string>(props: SegmentsProps<T>) {
  const { label, chosen, choices, onChoose } = props;
  return (
    <div class={css['segments']} role="group" aria-label={label}>
      {choices.map(({ name, text }) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          onClick={() => onChoose(name)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
