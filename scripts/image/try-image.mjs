// Runs an image as a node of Kubernetes would, as far as that goes without one: `node scripts/image/try-image.mjs [FILE]`, as root. Each program is
// process 1's child as user 1000, without capabilities, on a read-only root, in namespaces of its own but for the network. By util-linux:
// runtimes ask for cgroups, which a container of CI does not have.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './oci-archive.mjs';

const [file = '.cache/image/understudy.oci.tar'] = process.argv.slice(2);
const USER = 1000;
const READY_MS = 180_000;
const work = mkdtempSync(path.join(tmpdir(), 'understudy-try-'));
const running = [];

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
};

/** Every layer over the one before, as a runtime lays them. @returns the image's config */
function unpack(root) {
  const layout = path.join(work, 'layout');
  for (const folder of [layout, root]) mkdirSync(folder);
  run('tar', ['-C', layout, '-xf', file]);
  const blob = (digest) => path.join(layout, 'blobs', digest.replace(':', '/'));
  const json = (name) => JSON.parse(readFileSync(name, 'utf8'));
  const manifest = json(blob(json(path.join(layout, 'index.json')).manifests[0].digest));
  for (const { digest } of manifest.layers) {
    const [of] = run('sha256sum', [blob(digest)]).split(' ');
    if (`sha256:${of}` !== digest) throw new Error(`${digest} has other bytes than its name says`);
    run('tar', ['-C', root, '--numeric-owner', '-xpzf', blob(digest)]);
  }
  return json(blob(manifest.config.digest)).config;
}

/** What the chart's Pod template asks for, before the program begins: `$1` is the root, `$2` the volumes' folder. */
const ENTER = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for one in null zero random urandom; do : > "$1/dev/$one"; mount --bind "/dev/$one" "$1/dev/$one"; done
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$1/tmp"
for one in data artifacts; do mount --bind "$2/$one" "$1/$one"; done
root=$1; user=$3; folder=$4; shift 4
exec /usr/bin/setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid --inh-caps=-all \\
  /usr/bin/unshare --root="$root" --wd="$folder" --setgid="\${user#*:}" --setuid="\${user%:*}" "$@"`;

function start(name, { image, root, args, env = {} }) {
  const volumes = path.join(work, name);
  for (const one of ['', 'data', 'artifacts']) mkdirSync(path.join(volumes, one));
  for (const one of ['data', 'artifacts']) chownSync(path.join(volumes, one), USER, USER);
  const child = spawn(
    '/usr/bin/unshare',
    [
      ...['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'],
      ...['/bin/sh', '-c', ENTER, 'sh', root, volumes, image.User, image.WorkingDir],
      ...image.Entrypoint,
      ...args,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(image.Env.map((one) => one.split(/=(.*)/s).slice(0, 2))),
        ...env,
        UNDERSTUDY_HOME: '/data/understudy',
      },
    },
  );
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said.text = (said.text + chunk).slice(-20_000)));
  const ended = once(child, 'exit').then(([code]) => code);
  const one = { name, child, said, ended };
  running.push(one);
  return one;
}

const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** Ends it as Kubernetes does: SIGTERM to process 1, which tells the program. @returns its exit code */
function end({ child, ended }) {
  const [first] = childrenOf(child.pid);
  process.kill(first, 'SIGTERM');
  return ended;
}

async function ready({ name, child, said }, url) {
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(250)) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 200) return;
  }
  throw new Error(`${name} is not ready: ${said.text}`);
}

/** Of the program, not of tini. */
function rightsOf({ child }) {
  const [first] = childrenOf(child.pid);
  const [program] = childrenOf(first);
  const status = readFileSync(`/proc/${program}/status`, 'utf8');
  const of = (name) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1];
  return { uid: of('Uid'), capabilities: `${of('CapEff')}${of('CapPrm')}`, newPrivileges: of('NoNewPrivs') };
}

// Built by then.
const { startEmbeddedPostgres } = await import('../../dist/libs/embedded-postgres/src/index.js');
const postgres = await startEmbeddedPostgres(path.join(work, 'postgres'));
try {
  const root = path.join(work, 'root');
  const image = unpack(root);
  const ports = await Promise.all(Array.from({ length: 7 }, freePort));
  const [api, worker, gateway, gatewayAdmin, xds, xdsAdmin] = ports;
  const stores = { DATABASE_URL: postgres.url, SECRETS_KEY: Buffer.alloc(32, 7).toString('base64') };
  const token = { UNDERSTUDY_TOKEN: 'token-of-the-gateways', API_URL: `http://127.0.0.1:${api}` };
  const dataPlane = { ...token, GATEWAY_ADMIN_BIND: '127.0.0.1' };

  const prepare = start('prepare', {
    image,
    root,
    args: ['node', 'dist/scripts/prepare.js'],
    env: { ...stores, ...token },
  });
  if ((await prepare.ended) !== 0) throw new Error(`prepare: ${prepare.said.text}`);
  console.log(`prepare: ${prepare.said.text.trim().split('\n').at(-1)}`);

  const programs = [
    ['api', { ...stores, API_PORT: api, BIND: '127.0.0.1', ARTIFACT_FOLDER: '/artifacts' }, api],
    ['worker', { ...stores, WORKER_PORT: worker, BIND: '127.0.0.1', ARTIFACT_FOLDER: '/artifacts' }, worker],
    [
      'gateway',
      { ...dataPlane, GATEWAY_PORT: gateway, GATEWAY_ADMIN_PORT: gatewayAdmin, BIND: '127.0.0.1' },
      gatewayAdmin,
    ],
    ['xds', { ...dataPlane, XDS_PORT: xds, XDS_ADMIN_PORT: xdsAdmin, BIND: '127.0.0.1' }, xdsAdmin],
  ];
  const started = [];
  for (const [name, env, port] of programs) {
    const args = ['node', `dist/apps/${name}/src/main.js`];
    const one = start(name, { image, root, args, env });
    started.push(one);
    await ready(one, `http://127.0.0.1:${port}/readyz`);
    const { uid, capabilities, newPrivileges } = rightsOf(one);
    if (uid !== String(USER) || /[^0]/.test(capabilities) || newPrivileges !== '1')
      throw new Error(`${name} runs as ${uid} with capabilities ${capabilities}`);
    console.log(`${name}: ready, as user ${uid}, without capabilities`);
  }
  const write = "require('fs').writeFileSync('/app/x', '')";
  const writer = start('writer', { image, root, args: ['node', '-e', write] });
  if ((await writer.ended) === 0 || !writer.said.text.includes('EROFS'))
    throw new Error('its root can be written');
  console.log('its root cannot be written');
  for (const one of started.reverse()) {
    const code = await end(one);
    if (code !== 0) throw new Error(`${one.name} ended with ${code}: ${one.said.text}`);
  }
  console.log('all of them ended with 0');
} finally {
  for (const { child, ended } of running)
    if (child.exitCode === null) {
      // --kill-child: what it has started goes with it.
      child.kill('SIGKILL');
      await ended;
    }
  await postgres.stop();
  rmSync(work, { recursive: true, force: true });
}
