import { SurfaceChart } from 'echarts-gl/charts';
import { Grid3DComponent } from 'echarts-gl/components';
import { VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { SurfacePoint } from '../../core/index.ts';

use([SurfaceChart, Grid3DComponent, VisualMapComponent, CanvasRenderer]);

export interface MeshPlot {
  draw(points: readonly SurfacePoint[]): void;
  resize(): void;
  dispose(): void;
}

/** Of volatility, that the colours reach over at least. */
const LEAST_SPAN = 0.02;
/** In pixels. */
const NARROW = 500;
const TEXTS_MS = 500;

const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const isNear = (value: number, whole: number) => Math.abs(value - whole) < 1e-9;

// An axis has a text at each of its ends, too, which would stand on the next one.
/** Of powers of ten. */
const days = (value: number): string =>
  isNear(Math.log10(value), Math.round(Math.log10(value))) ? String(Math.round(value)) : '';
/** Of halves. */
const halves = (value: number): string =>
  isNear(2 * value, Math.round(2 * value)) ? String(value) : '';

function axis(name: string, formatter: (value: number) => string) {
  return {
    ...{ type: 'value', name, nameGap: 24 },
    // Texts are cut off at their lines, which are no higher than their letters if left alone.
    nameTextStyle: { color: colourOf('text-2'), fontSize: 12, lineHeight: 20 },
    axisLabel: { formatter, color: colourOf('text-3'), fontSize: 11, lineHeight: 18 },
    axisLine: { lineStyle: { color: colourOf('line-strong') } },
    splitLine: { lineStyle: { color: colourOf('line') } },
    axisPointer: { show: false },
  };
}

/** A mesh in space, by WebGL. Without it the host says so. */
export function makeMeshPlot(host: HTMLElement, text: (share: number) => string): MeshPlot {
  const chart = init(host, null, { renderer: 'canvas' });
  let textsTimer: ReturnType<typeof setTimeout> | undefined;
  // Names of axes stand beside it: on a narrow screen there is room for less of both.
  const isNarrow = () => host.clientWidth < NARROW;
  const frame = () => ({
    ...{ boxWidth: 110, boxDepth: 90, boxHeight: 55, environment: colourOf('surface') },
    viewControl: {
      ...{ alpha: 22, beta: 38, distance: isNarrow() ? 235 : 182 },
      ...{ panSensitivity: 0, animation: false },
    },
    light: { main: { intensity: 1.1, alpha: 40, beta: 30 }, ambient: { intensity: 0.5 } },
    postEffect: { enable: false },
  });
  return {
    draw: (points) => {
      const vols = points.map(([, , vol]) => vol);
      const [least, most] = [Math.min(...vols), Math.max(...vols)];
      // What hardly bends has one colour, not those of its last digits.
      const missing = Math.max(LEAST_SPAN - (most - least), 0) / 2;
      const [min, max] = [least - missing, most + missing];
      const lowest = Math.floor(min * 20) / 20;
      chart.setOption({
        animation: false,
        xAxis3D: {
          ...axis(isNarrow() ? 'ln(K/F)/√τ' : 'Strike, ln(K/F)/√τ', halves),
          min: 'dataMin',
          max: 'dataMax',
        },
        yAxis3D: { ...axis('Days', days), type: 'log', min: 'dataMin', max: 'dataMax' },
        zAxis3D: {
          ...axis(isNarrow() ? 'Vol' : 'Volatility', (vol) => (vol > lowest ? text(vol) : '')),
          min: lowest,
          max: Math.ceil(max * 20) / 20,
          // From the least one on: a tick between two others would stand on the first.
          interval: max - min > 0.3 ? 0.1 : 0.05,
        },
        grid3D: frame(),
        visualMap: {
          ...{ show: false, dimension: 2, min, max },
          inRange: { color: ['accent', 'teal', 'warn', 'down'].map(colourOf) },
        },
        series: [
          {
            ...{ type: 'surface', shading: 'lambert', data: points },
            wireframe: { show: true, lineStyle: { color: colourOf('line'), width: 0.5 } },
          },
        ],
      } as Parameters<typeof chart.setOption>[0]);
      // Texts come into their texture beside the frames of the mesh: one more shows them.
      clearTimeout(textsTimer);
      textsTimer = setTimeout(() => chart.getZr().refresh(), TEXTS_MS);
    },
    resize: () => chart.resize(),
    dispose: () => {
      clearTimeout(textsTimer);
      chart.dispose();
    },
  };
}
