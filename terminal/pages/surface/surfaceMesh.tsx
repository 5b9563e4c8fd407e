import { useEffect, useRef } from 'preact/hooks';
import { surfaceMesh, surfaceOf } from '../../core/surfaceGrid.ts';
import type { VotedSurface } from '../../core/surfaceGrid.ts';
import { percent } from '../../format/amounts.ts';
import { isLight } from '../../store/settings.ts';
import type { MeshPlot } from './meshPlot.ts';
import css from './surfacePage.module.css';

const COLUMNS = 33;
const ROWS = 24;
/** A surface moves slowly: it is drawn anew at most so often. */
const REDRAW_MS = 5_000;

/** The voted surface in space, turned with the pointer. Its code comes when it is shown. */
export function SurfaceMesh({ voted, label }: { voted: VotedSurface | null; label: string }) {
  const room = useRef<HTMLDivElement>(null);
  const plot = useRef<MeshPlot | null>(null);
  const drawnMs = useRef(0);
  const latest = useRef(voted);
  latest.current = voted;
  const light = isLight();
  const draw = () => {
    const surface = latest.current === null ? undefined : surfaceOf(latest.current);
    if (surface === undefined || plot.current === null) return;
    drawnMs.current = Date.now();
    plot.current.draw(surfaceMesh(surface, COLUMNS, ROWS));
  };
  useEffect(() => {
    let isOver = false;
    const host = room.current!;
    const watch = new ResizeObserver(() => plot.current?.resize());
    void import('./meshPlot.ts').then(({ makeMeshPlot }) => {
      if (isOver) return;
      plot.current = makeMeshPlot(host, (share) => percent(share, 0));
      watch.observe(host);
      draw();
    });
    return () => {
      isOver = true;
      watch.disconnect();
      plot.current?.dispose();
      plot.current = null;
    };
  }, [light]);
  useEffect(() => {
    if (Date.now() - drawnMs.current > REDRAW_MS) draw();
  }, [voted]);
  return <div ref={room} class={css['mesh']} role="img" aria-label={label} />;
}
