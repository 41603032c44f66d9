import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';
import { identify, isAlive } from './process-identity.ts';

/** Its first thread ends at once (the system call `exit`), and another one goes on listening. */
const WITHOUT_FIRST_THREAD = `
import ctypes, socket, sys, threading, time
server = socket.create_server(('127.0.0.1', int(sys.argv[1])))
threading.Thread(target=lambda: (print('listens', flush=True), time.sleep(60))).start()
ctypes.CDLL(None).syscall({'x86_64': 60, 'aarch64': 93}[__import__('platform').machine()], 0)
`;
const canPlay =
  process.platform === 'linux' &&
  ['x64', 'arm64'].includes(process.arch) &&
  spawnSync('python3', ['-c', 'import ctypes']).status === 0;

(canPlay ? it : it.skip)(
  'a process whose first thread has ended lives, and keeps its port, until all have',
  async () => {
    const port = await freePort();
    const child = spawn('python3', ['-c', WITHOUT_FIRST_THREAD, String(port)]);
    await once(child.stdout, 'data');
    const identity = identify(child.pid ?? 0);
    // The first thread ends a moment after the other one has spoken.
    for (let i = 0; i < 50; i++, await sleep(10)) expect(isAlive(child.pid ?? 0)).toBe(true);
    expect(await freePort(port)).not.toBe(port);
    if (identity) await endProcess(identity, 100);
    expect(isAlive(child.pid ?? 0)).toBe(false);
    expect(await freePort(port)).toBe(port);
  },
);

it('one that has ended, and that nobody has asked how, is not alive', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  while (isAlive(pid)) await sleep(10);
  expect(isAlive(pid)).toBe(false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
});
