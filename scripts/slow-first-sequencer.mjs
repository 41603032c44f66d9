import Sequencer from '@jest/test-sequencer';

/**
 * jest begins with what took longest the last time; a clean checkout has no last time, and goes by size, so that a
 * small file that takes minutes may begin last, with the other worker idle. These are known to take long.
 */
const SLOW = [
  'test/zoo/zoo',
  'test/cases/',
  'test/faults/racing-workers',
  'test/e2e/commands',
  'test/faults/killed-processes',
  'test/integration/rollout-engine',
  'test/faults/',
  'libs/stats/src/coverage',
  'test/model/engine-model',
  'libs/stats/src/clustered-worlds',
  'test/e2e/slow-callers',
  'test/dashboard/tabs',
  'test/integration/printed-text',
  'test/integration/answers-of-commands',
  'test/e2e/embedding-distance',
  'test/data-planes/envoy-arms',
  'test/integration/pgbouncer',
  'test/integration/readiness',
  'test/integration/queue-path',
  'test/e2e/cli',
  'test/dashboard/',
  'test/integration/release-groups',
  'test/integration/bindings',
];

export default class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = SLOW.findIndex((name) => path.includes(name));
      return at === -1 ? SLOW.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
