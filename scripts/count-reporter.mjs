/** Prints the closing line that CI reads: "N passed, N failed, N skipped". */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // At the very end: jest writes its own summary after the reporters.
    process.on('exit', () => process.stdout.write(line));
  }
}
