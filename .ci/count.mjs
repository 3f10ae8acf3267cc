// Prints "<passed> <failed>" of a jest report; a suite that could not start or a skipped test counts as failed.
import { readFileSync } from 'node:fs';

try {
  const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const failed =
    report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests + report.numTodoTests;
  console.log(report.numPassedTests, report.numPassedTests === 0 ? Math.max(failed, 1) : failed);
} catch (error) {
  console.error(String(error));
  console.log(0, 1);
}
