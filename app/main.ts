import { runProgram } from './commands/index.ts';
import { antePorts, createRegistry } from './modules/index.ts';

await runProgram({ createRegistry, ports: antePorts });
