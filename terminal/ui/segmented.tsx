import css from './segmented.module.css';

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** `side`: buying is green, selling is red. */
  readonly tone?: 'plain' | 'side';
}

/** One of a few, all of them seen. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, options, value, onChange, tone = 'plain' } = props;
  return (
    <div class={css['segmented']} data-tone={tone} role="group" aria-label={label}>
      {options.map(([each, text]) => (
        <button
          key={each}
          type="button"
          data-value={each}
          aria-pressed={each === value}
          onClick={() => onChange(each)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
