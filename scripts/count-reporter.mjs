import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { closingLines } from './test-attempts.mjs';

/**
 * Ends a run with what CI reads: "N passed, N failed, N skipped". Under scripts/run.mjs, which may have a second attempt
 * to make, it writes the counts of each file to TEST_RESULTS instead.
 */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const files = results.testResults.map((file) => ({
      path: path.relative(process.cwd(), file.testFilePath).replaceAll('\\', '/'),
      passed: file.numPassingTests,
      failed: file.numFailingTests + (file.testExecError ? 1 : 0),
      skipped: file.numPendingTests + file.numTodoTests,
      failures: [
        ...file.testResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
        ...(file.testExecError ? ['(the file could not be run)'] : []),
      ],
    }));
    // With --bail, or Ctrl-C, there are files that nobody has run.
    const isWhole = results.numTotalTestSuites === files.length && !results.wasInterrupted;
    if (process.env.TEST_RESULTS)
      return writeFileSync(process.env.TEST_RESULTS, JSON.stringify({ files, isWhole }));
    // At the very end: jest writes its own summary after the reporters.
    process.on('exit', () => process.stdout.write(closingLines(files, [])));
  }
}
