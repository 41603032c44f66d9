import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { identify } from '#libs/processes';
import { ServerMemory } from './server-memory.ts';

const MEGABYTE = 1_048_576;
const SCRIPT = `const a = Buffer.alloc(80 * ${MEGABYTE}, 1); console.log('has it'); setInterval(() => a[0]++, 1000);`;

(existsSync('/proc/self/smaps_rollup') ? describe : describe.skip)('the memory of a model server', () => {
  it('is no longer in use when its process has ended, though it was seen a moment ago', async () => {
    const child = spawn(process.execPath, ['-e', SCRIPT], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const server = identify(child.pid ?? 0);
    if (!server) throw new Error('it ended at once');
    const record = { process: server, url: 'http://127.0.0.1:1', user: null, folder: '/nowhere' };
    const memory = new ServerMemory(() => 0);
    expect(memory.excess(record, 60 * MEGABYTE)).toBeGreaterThan(80 * MEGABYTE);
    expect(memory.excess(record, 600 * MEGABYTE)).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    // By the same look at the table of processes.
    expect(memory.excess(record, 60 * MEGABYTE)).toBeNull();
  });
});
