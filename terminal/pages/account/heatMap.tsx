import { decimal, NONE, percent } from '../../format/amounts.ts';
import type { ScenarioMatrix } from '../../core/index.ts';
import css from './heatMap.module.css';

interface HeatMapProps<Row> {
  /** What it shows, for those who do not see colours. */
  readonly caption: string;
  readonly matrix: ScenarioMatrix<Row>;
  readonly rowText: (row: Row) => string;
}

const STRONGEST = 70;
const FAINTEST = 30;

/** A table of profits whose cells are as green or red as they are large. */
export function HeatMap<Row>({ caption, matrix, rowText }: HeatMapProps<Row>) {
  const { columns, rows, cells, worst } = matrix;
  const largest = Math.max(1e-9, ...cells.flat().map((value) => Math.abs(value ?? 0)));
  const tintOf = (value: number | null) => {
    if (value === null || value === 0) return 'transparent';
    const share = Math.round(STRONGEST * Math.sqrt(Math.abs(value) / largest));
    const token = value > 0 ? 'up-bg' : 'down-bg';
    return `color-mix(in srgb, var(--${token}) ${share + FAINTEST}%, transparent)`;
  };
  return (
    <div class={css['scroller']} tabIndex={0} role="region" aria-label={caption}>
      <table class={css['map']}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Index</th>
            {columns.map((move) => (
              <th key={move} scope="col">
                {move > 0 ? '+' : ''}
                {percent(move, Math.abs(move * 100) % 1 === 0 ? 0 : 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              <th scope="row">{rowText(row)}</th>
              {cells[i]!.map((value, j) => (
                <td
                  key={j}
                  style={{ background: tintOf(value) }}
                  data-worst={worst?.row === i && worst.column === j}
                  data-sign={value === null ? '' : value < 0 ? 'down' : value > 0 ? 'up' : ''}
                >
                  {value === null ? NONE : decimal(value, 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
