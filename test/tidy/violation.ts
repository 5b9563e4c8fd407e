export interface Violation {
  path: string;
  line: number;
  problem: string;
}

export const format = ({ path, line, problem }: Violation) => `${path}:${line} ${problem}`;
