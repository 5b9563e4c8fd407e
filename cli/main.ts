import { homedir } from 'node:os';
import { exitCodes } from './errors.ts';
import { run } from './run.ts';

// `tenor … | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.fault);
});

const { env, stdin, stdout, stderr } = process;
const io = { env, cwd: process.cwd(), home: homedir(), stdin, stdout, stderr };
process.exitCode = await run(process.argv.slice(2), io);
