import { crises, missingIn } from './crises.ts';
import { fairness } from './fairness/fairness.ts';
import { crowd } from './scenarios/crowd.ts';
import { Simulation } from './simulation.ts';
import { Soak } from './soak/soak.ts';

const USAGE = `npm run sim -- [--seed S] [--blocks N] [--traders N] [--crises] [--alone] [--sparse]
  exit code 1 and the seed where chain and model part; with --crises prices jump often and half of
  the traders sell all that margin allows; with --alone one node stands for the agreement set;
  with --outages prices stop now and then, as with two of four seeds without crises;
  with --sparse a day has some 260 blocks and not 490: a month has 7800
npm run sim -- crises [--count N] [--seed S]
  days of crises until N accounts were liquidated, and how many auctions, payouts, deleveragings
  and shared losses that were; 1 where a kind is missing
npm run sim -- crowd [--accounts N]
  so many accounts that fail in one block, a multiple of 100; 5000 if absent
npm run sim -- soak [--hours H | --seconds S] [--seed S]
  the oracle under random faults; 1 where it fails
npm run sim -- fairness [--blocks N] [--seed S]
  what a proposer gains from its power, by the order inside a block, and which share that is of
  what it has where it says who came first (ADR 118 says why)`;
const FLAGS = [
  'alone',
  'sparse',
  'outages',
  'seed',
  'blocks',
  'traders',
  'crises',
  'count',
  'hours',
  'seconds',
  'accounts',
];

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.find((arg) => arg.startsWith('-') && !FLAGS.includes(arg.slice(2)));
  if (unknown !== undefined) {
    console.error(USAGE);
    return unknown === '--help' || unknown === '-h' ? 0 : 1;
  }
  const number = (name: string, usual: number): number => {
    const at = argv.indexOf(`--${name}`);
    const value = at === -1 ? usual : Number(argv[at + 1]);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} is a whole number`);
    return value;
  };
  if (argv[0] === 'fairness') {
    const settings = { seed: number('seed', 1), blocks: number('blocks', 2_000) };
    for (const drops of [false, true]) {
      for (const addresses of [1, 10]) {
        const rows = fairness({ ...settings, addresses, drops });
        const firstCome = rows[0]!.gain;
        for (const row of rows) {
          const percentOfFirstCome = Number(((100 * row.gain) / firstCome).toFixed(1));
          console.log(JSON.stringify({ drops, addresses, ...row, percentOfFirstCome }));
        }
      }
    }
    return 0;
  }
  if (argv[0] === 'soak') {
    return soak(number('seed', 1), number('seconds', number('hours', 1) * 3_600));
  }
  if (argv[0] === 'crowd') {
    const found = await crowd(number('accounts', 5_000));
    console.log(JSON.stringify({ ...found, cpuSeconds: cpuSeconds() }));
    return 0;
  }
  if (argv[0] === 'crises') return manyCrises(number('seed', 1), number('count', 1_000));
  const options = {
    seed: number('seed', 1),
    blocks: number('blocks', 500),
    traders: number('traders', 8),
    crises: argv.includes('--crises'),
    alone: argv.includes('--alone'),
    sparse: argv.includes('--sparse'),
    ...(argv.includes('--outages') ? { outages: true } : {}),
  };
  const simulation = await Simulation.start(options);
  try {
    while (simulation.tally.blocks < options.blocks) {
      await simulation.block();
      if (simulation.tally.blocks % 100 === 0) console.error(progress(simulation));
    }
  } catch (error) {
    const { seed, traders } = options;
    const blocks = simulation.tally.blocks + 1;
    const many = traders === 8 ? '' : ` --traders ${traders}`;
    const given = ['crises', 'alone', 'sparse', 'outages'] as const;
    const flags = given.map((flag) => (options[flag] === true ? ` --${flag}` : '')).join('');
    const also = `${many}${flags}`;
    const replay = `npm run sim -- --seed ${seed} --blocks ${blocks}${also}`;
    console.error(`${String(error)}\nreplay: ${replay}`);
    console.error((error as Error).stack);
    return 1;
  } finally {
    await simulation.world.close();
  }
  console.log(JSON.stringify({ seed: options.seed, ...simulation.tally }));
  return 0;
}

async function manyCrises(seed: number, count: number): Promise<number> {
  try {
    const sum = await crises(seed, count, (now) => console.error(JSON.stringify(now)));
    const missing = missingIn(sum);
    console.log(JSON.stringify({ seed, ...sum, missing }));
    return missing.length === 0 ? 0 : 1;
  } catch (error) {
    console.error((error as Error).stack);
    return 1;
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1e6);
}

/** How much the heap may grow from the second quarter to the last. */
const MAX_GROWTH = 1.1;

async function soak(seed: number, seconds: number): Promise<number> {
  const told = ({ blocks, checked, stale, heap }: Soak) => ({
    ...{ seed, blocks, checked, stale },
    heapMb: heap.map((bytes) => Number((bytes / 1e6).toFixed(1))),
    cpuSeconds: cpuSeconds(),
  });
  const run = await Soak.start({
    ...{ seed, seconds },
    onProgress: (now) => console.error(JSON.stringify(told(now))),
  });
  try {
    await run.run();
  } catch (error) {
    console.error((error as Error).stack);
    return 1;
  } finally {
    await run.close();
  }
  const { heap, faults } = run;
  const isFlat = heap.at(-1)! <= heap[1]! * MAX_GROWTH;
  console.log(JSON.stringify({ ...told(run), isFlat, faults }));
  return isFlat ? 0 : 1;
}

const progress = ({ world: { chain, tally } }: Simulation) =>
  `${new Date(chain.timeMs).toISOString()} ${JSON.stringify(tally)}`;

process.exitCode = await main(process.argv.slice(2));
