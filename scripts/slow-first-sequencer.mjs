import Sequencer from '@jest/test-sequencer';

/**
 * jest begins with what took longest the last time; a clean checkout has no last time, and goes by size, so that a
 * small file that takes minutes may begin last, with the other worker idle. These are known to take long.
 */
const SLOW = [
  'test/model/engine-model',
  'libs/stats/src/coverage',
  'test/cases/',
  'test/zoo/zoo',
  'test/e2e/commands',
  'test/integration/rollout-engine',
  'test/faults/',
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
