// The process that crash tests kill: plays a recorded chain on a folder and says how far it is.
//   node player.mjs FOLDER RECORDING [POINT HEIGHT MICROSECONDS]
// At POINT of HEIGHT (`begin`, `sealed`, `writing`, `committed`) it kills itself, that much later.
import { writeSync } from 'node:fs';
import { readRecording } from './recording.ts';
import { Replica } from './replica.ts';

const [folder, recordingPath, point, height, microseconds] = process.argv.slice(2);

const STDOUT = 1;
/** Descriptor of the fault layer's trace, which marks take part in. */
const trace = Number(process.env['FAULT_TRACE_FD'] ?? -1);

/** Says what is so, at once: the parent reads it from a pipe that outlives this process. */
function say(what: string, at: number): void {
  writeSync(STDOUT, `${what} ${at}\n`);
  if (trace < 0) return;
  const mark = Buffer.alloc(9);
  mark.write('m');
  mark.writeUInt32LE(0, 1);
  mark.writeUInt32LE(what.length + 1 + String(at).length, 5);
  writeSync(trace, Buffer.concat([mark, Buffer.from(`${what} ${at}`)]));
}

function reached(name: string, at: number): void {
  if (name !== point || at !== Number(height)) return;
  const until = process.hrtime.bigint() + BigInt(microseconds ?? 0) * 1000n;
  while (process.hrtime.bigint() < until);
  process.kill(process.pid, 'SIGKILL');
}

const recording = readRecording(recordingPath!);
const replica = await Replica.open(folder!, recording);
say('open', replica.height);
while (replica.height < recording.blocks.length) {
  const next = replica.height + 1;
  reached('begin', next);
  replica.finalize();
  say('sealed', next);
  reached('sealed', next);
  const written = replica.commit();
  reached('writing', next);
  await written;
  say('committed', next);
  reached('committed', next);
}
await replica.close();
say('done', replica.height);
