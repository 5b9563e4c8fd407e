import { runProgram } from './commands/index.ts';
import { antePorts, createRegistry } from './modules.ts';

await runProgram({ createRegistry, ports: antePorts });
