// Bundles terminal/ for browsers: hashed files, compressed once here and not at every request.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { withoutEval } from './withoutEval.mjs';

/** What is smaller is sent as it is. */
const COMPRESSED_FROM_BYTES = 1_000;
const STYLES = 'terminal:styles';
const MAIN = 'terminal/main.tsx';
const WORKER = 'terminal/verify/worker.ts';

function* filesBelow(folder, ending) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, ending);
    else if (entry.name.endsWith(ending)) yield path;
  }
}

/**
 * All styles as one sheet, in one order: tokens, then what is shared (`ui/`), then the rest. Sheets
 * of pages that are loaded later would come in the order in which somebody visits them.
 */
const styles = (source) => ({
  name: 'styles',
  setup(build) {
    build.onResolve({ filter: /^terminal:styles$/ }, () => ({ path: STYLES, namespace: 'styles' }));
    build.onLoad({ filter: /.*/, namespace: 'styles' }, () => {
      const rank = (path) => (path.includes('/ui/') ? 0 : 1);
      const sheets = [...filesBelow(source, '.css')]
        .map((path) => `/${relative(source, path).replaceAll('\\', '/')}`)
        .filter((path) => !path.endsWith('tokens.css'))
        .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
      const paths = ['/ui/tokens.css', ...sheets];
      const contents = paths.map((path) => `import ${JSON.stringify(`.${path}`)};`).join('\n');
      return { contents, resolveDir: source };
    });
  },
});

/** echarts-gl names files of these packages without their ending, which they no longer allow. */
const endings = {
  name: 'endings',
  setup(build) {
    build.onResolve({ filter: /^(echarts|zrender)\/lib\// }, ({ path, resolveDir, kind }) =>
      path.endsWith('.js') ? null : build.resolve(`${path}.js`, { resolveDir, kind }),
    );
  },
};

function compress(path) {
  const bytes = readFileSync(path);
  if (bytes.length < COMPRESSED_FROM_BYTES) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

/** The page, with the addresses of what it loads at once. */
function pageOf(template, outputs) {
  const builtFrom = (source) =>
    Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  const [main, { cssBundle, imports }] = builtFrom(MAIN);
  const asset = (path) => `assets/${basename(path)}`;
  const early = imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `<link rel="modulepreload" href="${asset(path)}" />`);
  return template
    .replace('{{styles}}', asset(cssBundle))
    .replace('{{early}}', early.join('\n    '))
    .replace('{{worker}}', asset(builtFrom(WORKER)[0]))
    .replace('{{main}}', asset(main));
}

/**
 * Builds the terminal into `outdir`; the page is replaced last, when all that it names is there.
 * @returns the names of its files, relative to outdir
 */
export async function buildTerminal(root, outdir) {
  const { build } = await import('esbuild');
  const source = join(root, 'terminal');
  const assets = join(outdir, 'assets');
  mkdirSync(assets, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: MAIN, worker: WORKER },
    outdir: assets,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    ...{ bundle: true, splitting: true, minify: true, metafile: true },
    ...{ format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'error' },
    ...{ jsx: 'automatic', jsxImportSource: 'preact' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    plugins: [styles(source), endings, withoutEval(root)],
    // Only Node 20 has no WebSocket of its own.
    external: ['ws'],
  });
  const main = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === MAIN);
  const isWanted = (path) => !path.endsWith('.css') || path === main.cssBundle;
  const wanted = Object.keys(metafile.outputs)
    .filter(isWanted)
    .map((path) => basename(path));
  for (const name of wanted) compress(join(assets, name));
  const page = pageOf(readFileSync(join(source, 'index.html'), 'utf8'), metafile.outputs);
  writeFileSync(join(outdir, 'index.html.new'), page);
  renameSync(join(outdir, 'index.html.new'), join(outdir, 'index.html'));
  const kept = new Set(wanted.flatMap((name) => [name, `${name}.br`, `${name}.gz`]));
  for (const name of readdirSync(assets)) if (!kept.has(name)) rmSync(join(assets, name));
  return ['index.html', ...wanted.map((name) => `assets/${name}`)].filter((name) =>
    existsSync(join(outdir, name)),
  );
}
