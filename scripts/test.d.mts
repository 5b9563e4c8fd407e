export interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}
export function count(results: JestResults, exitCode: number): { passed: number; failed: number };
export function filesAgain(
  testResults: readonly { name: string; status: string }[],
  from?: string,
): string[];
