/**
 * A "model server" whose artifact's code means no good: asked at /ATTACK?…, it tries, and answers what it got.
 *   node hostile-server.mjs ARTIFACT PORT MODEL
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';

const [, , artifact, port, ...argv] = process.argv;
const attempt = (work) => {
  try {
    return work();
  } catch (error) {
    return `refused: ${error.code ?? error.message}`;
  }
};
const pids = () => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));

const attacks = {
  who: () => ({
    uid: process.getuid(),
    gid: process.getgid(),
    groups: process.getgroups(),
    noNewPrivileges: /^NoNewPrivs:\s*1/m.test(fs.readFileSync('/proc/self/status', 'utf8')),
    environment: Object.keys(process.env).sort(),
    cwd: process.cwd(),
    home: process.env.HOME,
    argv,
    artifact: fs.readFileSync(artifact).length,
    artifactIsWritable: attempt(() => fs.openSync(artifact, 'r+')),
    writesAtHome: attempt(() => fs.writeFileSync(path.join(process.env.HOME, 'x'), '1')) === undefined,
    writesTemporary: attempt(() => fs.mkdtempSync(path.join(process.env.TMPDIR, 'x'))).startsWith(
      process.env.HOME,
    ),
    limits: fs.readFileSync('/proc/self/limits', 'utf8'),
  }),
  /** Environment, open files and memory of every process that is not this one's user's. */
  spy: () =>
    pids().flatMap((pid) =>
      ['environ', 'fd', 'mem', 'maps', 'cwd', 'root'].flatMap((name) => {
        const file = `/proc/${pid}/${name}`;
        const uid = attempt(() => /^Uid:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
        if (uid === String(process.getuid())) return [];
        const got = attempt(() => {
          if (name === 'fd') return fs.readdirSync(file);
          if (name === 'cwd' || name === 'root') return fs.readlinkSync(file);
          if (name === 'mem') return fs.openSync(file, 'r');
          // Threads of the kernel have empty ones, which all may read.
          return fs.readFileSync(file).length > 0 ? 'read' : 'refused: empty';
        });
        return String(got).startsWith('refused') ? [] : [file];
      }),
    ),
  /** What is open here that was not opened here: 0 to 2 are /dev/null and the log. */
  inherited: () =>
    spawnSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' }).stdout.split('\n').length > 0
      ? fs
          .readdirSync('/proc/self/fd')
          .map((fd) => attempt(() => fs.readlinkSync(`/proc/self/fd/${fd}`)))
          .filter((name) => name.startsWith('/') && !name.startsWith('/dev/') && !name.startsWith('/proc/'))
      : [],
  /** Every file below a folder that can be read, and every folder that can be written to. */
  rob: (params) => {
    const found = [];
    const visit = (file, depth) => {
      const stat = attempt(() => fs.statSync(file));
      if (typeof stat === 'string' || depth > 8) return;
      if (stat.isDirectory()) {
        if (attempt(() => fs.writeFileSync(path.join(file, 'planted'), 'x')) === undefined)
          found.push(`wrote ${file}`);
        const names = attempt(() => fs.readdirSync(file));
        for (const name of typeof names === 'string' ? JSON.parse(params.get('names') ?? '[]') : names)
          visit(path.join(file, name), depth + 1);
      } else if (typeof attempt(() => fs.readFileSync(file)) !== 'string') found.push(`read ${file}`);
      else if (attempt(() => fs.appendFileSync(file, 'x')) === undefined) found.push(`appended ${file}`);
    };
    visit(params.get('folder'), 0);
    return found.filter((line) => !line.includes(path.dirname(process.env.HOME)));
  },
  openFiles: () => {
    const open = [];
    try {
      while (open.length < 100_000) open.push(fs.openSync(artifact, 'r'));
    } catch {
      // as many as there may be
    }
    for (const fd of open) fs.closeSync(fd);
    return open.length;
  },
  /** Leaves its process group, and stays. */
  escape: () => {
    const child = spawn('setsid', ['sleep', '600'], { detached: true, stdio: 'ignore' });
    child.unref();
    return child.pid;
  },
  /** `count` sleeping children at most. The shell ends and awaits them: where process 1 awaits nobody's orphans, they would count against the limit for good. */
  fork: (params) => {
    const script =
      'n=0; trap \'echo $n; kill $pids; wait\' EXIT; while [ $n -lt $1 ]; do sleep 60 & pids="$pids $!"; n=$((n+1)); done';
    const { stdout } = spawnSync('sh', ['-c', script, 'sh', params.get('count')], { encoding: 'utf8' });
    return stdout.trim();
  },
  /** Bytes that one process got. */
  allocate: (params) => {
    const script = `const got = []; try { for (let i = 0; i < ${Number(params.get('megabytes'))}; i++) got.push(Buffer.alloc(1048576, 1)); } finally { console.log(got.length); }`;
    const child = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    return { got: Number(child.stdout.trim() || 0), ended: child.signal ?? child.status };
  },
  /** Several processes, each within the limit, together above it. */
  allocateTogether: (params) => {
    const script = `const a = Buffer.alloc(${Number(params.get('megabytes'))} * 1048576, 1); setInterval(() => a[0]++, 1000);`;
    for (let i = 0; i < Number(params.get('processes')); i++)
      spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    return 'started';
  },
};

http
  .createServer((request, response) => {
    const url = new URL(request.url, 'http://x');
    const attack = attacks[url.pathname.split('/').at(-1)];
    response.end(JSON.stringify(attack ? attempt(() => attack(url.searchParams)) : 'ready') ?? 'null');
  })
  .listen(Number(port), '127.0.0.1');
