// What became of the breaks: which no test caught, and which of those nobody can catch.

const CAUGHT = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

/** The line in which a break begins, and what stood in its place; the file's text is as it was. */
function placeOf({ location: { start, end } }, text) {
  const lines = text.split('\n').slice(start.line - 1, end.line);
  const line = lines[0].trim();
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return { line, original: lines.join('\n') };
}

/**
 * Stryker's results with the place of each break, and the reason why it changes nothing, where
 * `known` names one: by file, line of code (not its number) and replacement, and by what stood in
 * its place where that is given. A reason holds for one break of a file: `true` in the place of a
 * whole condition is another than in that of its half.
 */
export function addReasons(results, known, readFile) {
  const left = new Set(known);
  return results
    .filter(({ status }) => CAUGHT.includes(status) || MISSED.includes(status))
    .map((mutant) => {
      const { fileName, replacement, status, mutatorName } = mutant;
      const { line, original } = placeOf(mutant, readFile(fileName));
      const isOf = (k) => k.file === fileName && k.line === line && k.replacement === replacement;
      const isIt = (k) => isOf(k) && (k.original ?? original) === original;
      const reason = MISSED.includes(status) ? [...left].find(isIt) : undefined;
      left.delete(reason);
      const why = reason?.why;
      const at = mutant.location.start.line;
      return { fileName, at, line, original, replacement, status, mutatorName, why };
    });
}

/** Shares of caught ones; one that changes nothing counts neither way. */
export function score(judged) {
  const counted = judged.filter(({ why }) => why === undefined);
  const caught = counted.filter(({ status }) => CAUGHT.includes(status)).length;
  const percent = counted.length === 0 ? 0 : (100 * caught) / counted.length;
  return { caught, counted: counted.length, equivalent: judged.length - counted.length, percent };
}

const brief = (text) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 67)}…` : line;
};

const BECAME = {
  NoCoverage: 'no test runs it',
  Survived: 'survived',
  Timeout: 'caught by its time limit alone',
};

function lineOf({ at, original, replacement, status, mutatorName }) {
  return `  ${at}: ${brief(original)} → ${brief(replacement)}   ${mutatorName}, ${BECAME[status]}`;
}

/** For people: what was missed, and what took too long, file by file, then the score. */
export function describe(judged) {
  const told = judged.filter((m) => m.status in BECAME && m.why === undefined);
  const files = [...new Set(judged.map(({ fileName }) => fileName))].sort();
  const blocks = files.map((file) => {
    const { caught, counted } = score(judged.filter((m) => m.fileName === file));
    const own = told.filter((m) => m.fileName === file).map(lineOf);
    return [`${file}: ${caught} of ${counted} caught`, ...own].join('\n');
  });
  const { caught, counted, equivalent, percent } = score(judged);
  const share = `${caught} of ${counted} caught, ${percent.toFixed(1)}%`;
  return [...blocks, `${share}; ${equivalent} change nothing`].join('\n');
}
