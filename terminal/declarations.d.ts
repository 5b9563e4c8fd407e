/** Class names of a sheet, made unique by the build. */
declare module '*.module.css' {
  const names: Readonly<Record<string, string>>;
  export default names;
}

/** All sheets, in one order: scripts/buildTerminal.mjs. */
declare module 'terminal:styles';
