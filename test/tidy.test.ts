import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cycleViolations } from './tidy/cycles.ts';
import { determinismViolations } from './tidy/determinism.ts';
import { layerViolations, roomViolations } from './tidy/layers.ts';
import { linkViolations } from './tidy/links.ts';
import { sentenceViolations } from './tidy/sentences.ts';
import { codecViolations, functionViolations, textViolations } from './tidy/shape.ts';
import { outputViolations } from './tidy/output.ts';
import { parseSource } from './tidy/source.ts';
import { format, type Violation } from './tidy/violation.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const programs = [
  ...['app', 'api', 'bidder', 'cli', 'client', 'feeder', 'gateway', 'indexer', 'light', 'maker'],
  ...['terminal', 'testnet'],
];
const checked = new Set([...programs, 'docs', 'proto', 'scripts', 'test']);

function list(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return path === 'proto/gen' ? [] : list(`${path}/`);
    return [path];
  });
}

const paths = readdirSync(root)
  .filter((name) => checked.has(name))
  .flatMap((folder) => list(`${folder}/`));
const texts = new Map(
  paths
    .filter((path) => /\.(m?tsx?|mjs|md)$/.test(path))
    .map((path) => [path, readFileSync(root + path, 'utf8')]),
);
const sources = [...texts].filter(([path]) => !path.endsWith('.md'));
const parsed = sources.map(([path, text]) => parseSource(path, text));

function expectNone(violations: Violation[]): void {
  expect(violations.map(format)).toEqual([]);
}

describe('the code is tidy', () => {
  it('files and lines are short, and nothing is left unfinished', () => {
    expectNone([...texts].flatMap(([path, text]) => textViolations(path, text.split('\n'))));
  });
  it('functions are short', () => expectNone(parsed.flatMap(functionViolations)));
  it('imports follow the layers', () => expectNone(parsed.flatMap(layerViolations)));
  it('no imports go round in a circle', () => expectNone(cycleViolations(parsed)));
  it('every module has its contract and its README', () => expectNone(roomViolations(paths)));
  it('the state machine does nothing that differs between machines', () => {
    expectNone(parsed.flatMap(determinismViolations));
  });
  it('what comes from outside reaches no terminal and no log as it is', () => {
    expectNone(parsed.flatMap(outputViolations));
  });
  it('every relative link leads somewhere', () => {
    const rootPages = readdirSync(root).filter((name) => name.endsWith('.md'));
    const pages = [...rootPages, ...paths.filter((path) => path.endsWith('.md'))];
    expect(pages.length).toBeGreaterThan(30);
    const exists = (path: string) => existsSync(root + path);
    expectNone(
      pages.flatMap((path) => linkViolations(path, readFileSync(root + path, 'utf8'), exists)),
    );
  });
  it('refusals speak of amounts as people type them', () => {
    expectNone(parsed.flatMap(sentenceViolations));
  });
  it('messages are encoded by the codecs in proto/ only', () => {
    expectNone(parsed.flatMap(codecViolations));
  });
});

describe('the rules find', () => {
  const problems = (violations: Violation[]) => violations.map((v) => `${v.line} ${v.problem}`);
  const layersOf = (path: string, specifier: string) =>
    problems(layerViolations(parseSource(path, `import { x } from '${specifier}';`)));

  it.each([
    ['app/modules/bank/index.ts', '../clob/index.ts', 'above it'],
    ['app/lib/bytes.ts', '../store/overlay.ts', 'above it'],
    ['app/abci/server.ts', '../modules/bank/index.ts', 'abci imports bank'],
    ['app/modules/margin/core/grid.ts', '../state.ts', 'core is pure'],
    ['app/modules/clob/index.ts', '../index.ts', 'composes the layers'],
    ['app/modules/clob/index.ts', '../../chain/app.ts', 'composes the layers'],
    ['app/surprise/index.ts', '../lib/x.ts', 'in no layer'],
    ['app/modules/bank/index.ts', '../../../cli/main.ts', 'app and proto only'],
    ['cli/main.ts', '../app/modules/bank/state.ts', 'only lib and core'],
    ['feeder/main.ts', '../app/modules/oracle/index.ts', 'only lib and core'],
    ['proto/codec.ts', '../app/lib/bytes.ts', 'proto imports'],
  ])('%s importing %s', (path, specifier, problem) => {
    expect(layersOf(path, specifier)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['app/modules/clob/index.ts', '../bank/index.ts'],
    ['app/modules/margin/core/grid.ts', '../../options/core/series.ts'],
    ['app/main.ts', './modules/clob/index.ts'],
    ['app/chain/block.ts', '../modules/clob/index.ts'],
    ['app/modules/bank/send.test.ts', '../clob/index.ts'],
    ['cli/main.ts', '../app/modules/margin/core/grid.ts'],
    ['testnet/genesis.ts', '../app/chain/genesis.ts'],
  ])('nothing in %s importing %s', (path, specifier) => {
    expect(layersOf(path, specifier)).toEqual([]);
  });

  it('imports wherever they hide', () => {
    const text = "export * from '../clob/a.ts';\nconst b = import('../clob/b.ts');\n";
    expect(layerViolations(parseSource('app/modules/bank/index.ts', text))).toHaveLength(2);
  });

  it('circles of imports, those of types too', () => {
    const a = parseSource('app/lib/a.ts', "import { b } from './b.ts';");
    const b = parseSource('app/lib/b.ts', "export * from './c.ts';");
    const c = (text: string) => parseSource('app/lib/c.ts', text);
    expect(problems(cycleViolations([a, b, c("import { a } from './a.ts';")]))).toEqual([
      '1 imports go round: a.ts → b.ts → c.ts → a.ts',
    ]);
    expect(problems(cycleViolations([a, b, c("import type { A } from './a.ts';")]))).toHaveLength(
      1,
    );
    expect(cycleViolations([a, b, c("import { d } from './d.ts';")])).toEqual([]);
  });

  it('what differs between machines', () => {
    const bad = ['Date.now()', 'new Date()', 'Math.exp(1)', 'x ** 2', 'xs.sort()', 'await x'];
    bad.push('process.env', 'performance.now()', 'setTimeout(f, 1)', 'a.localeCompare(b)');
    for (const text of [...bad, 'async () => 1', 'x **= 2', 'xs.toSorted()', 'Intl.Collator']) {
      const source = parseSource('app/modules/bank/a.ts', `// why\n${text};\n`);
      expect(problems(determinismViolations(source))).toEqual([expect.stringMatching(/^2 not/)]);
    }
  });

  it('no fault in exact maths, total orders, comments and edges', () => {
    const fine = '// Date.now()\nMath.sqrt(2); xs.sort(cmp); new Date(ms); m.process(x); "**";';
    expect(determinismViolations(parseSource('app/modules/bank/a.ts', fine))).toEqual([]);
    const edge = parseSource('app/main.ts', 'await Promise.all([Date.now()])');
    expect(determinismViolations(edge)).toEqual([]);
  });

  it('text that reaches a terminal or a log as it is', () => {
    const linesOf = (path: string, text: string) =>
      outputViolations(parseSource(path, text)).map(({ line }) => line);
    const raw = 'process.stdout.write(HELP);\nconsole.log(x);\nio.stderr.write(`${x}`);\npino({});';
    expect(linesOf('cli/commands/bank.ts', raw)).toEqual([1, 2, 3, 4]);
    expect(linesOf('feeder/main.ts', raw)).toEqual([2, 3, 4]);
    expect(linesOf('cli/output/output.ts', raw)).toEqual([]);
    const shown = 'console.log(printable(x));\npino({ level, hooks: logHooks }, stream);';
    expect(linesOf('testnet/main.ts', shown)).toEqual([]);
  });

  it('links to nothing, but not in code, elsewhere or on the page itself', () => {
    const page = '[a](b.md) [c](../d.md#e)\n`[f](g.md)` [h](https://i.j/k) [l](#m)\n[n](o.md)';
    const exists = (path: string) => path === 'docs/b.md';
    expect(problems(linkViolations('docs/a.md', page, exists))).toEqual([
      '1 no file at the link ../d.md#e',
      '3 no file at the link o.md',
    ]);
  });

  it('base units in the sentence of a refusal', () => {
    const sentence = (text: string) =>
      sentenceViolations(
        parseSource('app/modules/clob/a.ts', `throw clobErrors.badTick(${text});`),
      );
    for (const bad of ["'1 to 5uusd'", '`at most ${maxOrder}`', '`${a.priceUusd} and ${b}`']) {
      expect(sentence(bad)).toHaveLength(1);
    }
    expect(sentence('`at most ${usdText(highUusd)} for ${cap} of ${symbol}`')).toEqual([]);
  });

  it('long files, lines and functions, and notes of unfinished work', () => {
    const long = Array.from({ length: 301 }, () => 'x;');
    expect(problems(textViolations('a.ts', long))).toEqual(['301 file of 301 lines, over 300']);
    expect(problems(textViolations('a.ts', ['y'.repeat(101)]))[0]).toMatch(/^1 line of 101/);
    expect(problems(textViolations('a.md', ['', 'TO' + 'DO: more']))[0]).toMatch(/^2 unfinished/);
    const body = `const f = () => {\n${'x;\n'.repeat(69)}};`;
    expect(functionViolations(parseSource('a.ts', body))).toHaveLength(1);
    expect(functionViolations(parseSource('a.ts', body.replace('x;\n', '')))).toEqual([]);
  });

  it('a module without a README, and protobufjs outside proto', () => {
    expect(roomViolations(['app/modules/bank/index.ts']).map(format)).toEqual([
      'app/modules/bank/README.md:1 a module has this file',
    ]);
    const source = parseSource('cli/a.ts', "import pb from 'protobufjs/minimal.js';");
    expect(codecViolations(source)).toHaveLength(1);
  });
});
