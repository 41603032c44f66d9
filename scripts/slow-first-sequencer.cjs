const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * jest begins with what took longest the last time; a clean checkout has no last time, and goes by size, so that a
 * small file that takes minutes may begin last, with the other worker idle. These are known to take long.
 */
const SLOW = [
  'test/model/engine-model',
  'test/cases/guard-rails',
  'test/cases/running',
  'test/zoo/zoo',
  'test/e2e/commands',
];

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = SLOW.findIndex((name) => path.includes(name));
      return at === -1 ? SLOW.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
