/** Class names of a sheet, made unique by the build. */
declare module '*.module.css' {
  const names: Readonly<Record<string, string>>;
  export default names;
}

/** All sheets, in one order: scripts/buildTerminal.mjs. */
declare module 'terminal:styles';

/** What of echarts-gl is used; it comes without types. */
declare module 'echarts-gl/charts' {
  export const SurfaceChart: (registers: unknown) => void;
}
declare module 'echarts-gl/components' {
  export const Grid3DComponent: (registers: unknown) => void;
}
