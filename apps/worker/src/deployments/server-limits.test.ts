import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { findProgram } from './server-launch.ts';
import { limitWords } from './server-limits.ts';

const limits = { memoryBytes: 64 * 1_048_576, openFiles: 128, processes: 5_000 };
const none = { prlimit: null, setpriv: null };
const tools = {
  prlimit: findProgram('prlimit', '/usr/bin:/bin'),
  setpriv: findProgram('setpriv', '/usr/bin:/bin'),
};
const NEEDED = '/proc/self/limits';

describe('limits', () => {
  it('are within those of the worker itself', () => {
    const words = limitWords(limits, false, { prlimit: '/p', setpriv: null }, () => 100);
    expect(words).toEqual(['/p', '--data=100', '--nofile=100', '--core=0']);
  });

  // The shell's way is the one of Alpine and macOS; it must say the same as util-linux's.
  const ways = [['a shell', none], ...(tools.prlimit === null ? [] : [['prlimit', tools] as const])] as const;
  (process.platform === 'linux' ? it.each(ways) : it.skip.each(ways))('hold by %s', (_name, by) => {
    const [program = '', ...words] = limitWords(limits, true, by);
    const shown = execFileSync(program, [...words, 'cat', NEEDED, '/proc/self/status']).toString();
    const row = (name: string) => new RegExp(`${name}\\s+(\\d+)\\s+(\\d+)`).exec(shown)?.slice(1).map(Number);
    expect(row('Max data size')).toEqual([limits.memoryBytes, limits.memoryBytes]);
    expect(row('Max open files')).toEqual([128, 128]);
    expect(row('Max processes')).toEqual([5_000, 5_000]);
    expect(row('Max core file size')).toEqual([0, 0]);
    if (by.setpriv !== null) expect(shown).toMatch(/NoNewPrivs:\s+1/);
  });
});
