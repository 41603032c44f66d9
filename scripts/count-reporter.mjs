import process from 'node:process';

/** Prints what passed at a later attempt only, and the closing line that CI reads: "N passed, N failed, N skipped". */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const again = results.testResults.flatMap(({ testResults }) =>
      testResults.filter(({ status, invocations }) => status === 'passed' && invocations > 1),
    );
    const lines = [
      `${again.length} passed at the second attempt only`,
      ...again.map(({ fullName }) => `  ${fullName}`),
      `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    ];
    // At the very end: jest writes its own summary after the reporters.
    process.on('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}
