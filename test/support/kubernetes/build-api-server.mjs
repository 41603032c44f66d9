import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { API_SERVER, CRDS, GATEWAY_API, KUBERNETES } from './api-server-place.mjs';

const run = promisify(execFile);
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Kubernetes' own modules are a part of its repository; from the proxy they come by themselves, under another number. */
const stagingOf = (goMod) =>
  [...goMod.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map(([, module]) => module);

const go = (args, cwd, env = {}) =>
  run('go', args, {
    cwd,
    maxBuffer: MOST_OUTPUT,
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off', CGO_ENABLED: '0', ...env },
  });

async function moduleOf(name, version, cwd) {
  const { stdout } = await go(['mod', 'download', '-json', `${name}@${version}`], cwd);
  return JSON.parse(stdout);
}

/** Builds a real kube-apiserver from the Go module proxy (some minutes of two cores) into the user's cache, once for each version. */
async function buildApiServer() {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-kube-apiserver-'));
  try {
    await writeFile(path.join(folder, 'go.mod'), 'module apiserver\n\ngo 1.24.0\n');
    const { GoMod } = await moduleOf('k8s.io/kubernetes', KUBERNETES, folder);
    const staging = stagingOf(await readFile(GoMod, 'utf8'));
    const own = KUBERNETES.replace(/^v1\./, 'v0.');
    const lines = staging.map((module) => `  ${module} => ${module} ${own}`).join('\n');
    await writeFile(
      path.join(folder, 'go.mod'),
      `module apiserver\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes ${KUBERNETES}\n\nreplace (\n${lines}\n)\n`,
    );
    const built = path.join(folder, 'kube-apiserver');
    await go(['build', '-ldflags', '-s -w', '-o', built, 'k8s.io/kubernetes/cmd/kube-apiserver'], folder);
    await mkdir(path.dirname(API_SERVER), { recursive: true });
    // Renamed within the folder: whoever looks meanwhile sees all of it or nothing.
    await copyFile(built, `${API_SERVER}.new`);
    await rename(`${API_SERVER}.new`, API_SERVER);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The definitions of HTTPRoute and its kin, as their module has them. */
async function bringDefinitions() {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-gateway-api-'));
  try {
    await writeFile(path.join(folder, 'go.mod'), 'module definitions\n\ngo 1.24.0\n');
    const { Dir } = await moduleOf('sigs.k8s.io/gateway-api', GATEWAY_API, folder);
    const from = path.join(Dir, 'config/crd/standard');
    const into = `${CRDS}.new`;
    await rm(into, { recursive: true, force: true });
    await mkdir(into, { recursive: true });
    for (const name of await readdir(from))
      if (name.startsWith('gateway.networking.k8s.io_') && !name.includes('_vap_'))
        await writeFile(path.join(into, name), await readFile(path.join(from, name)));
    await rename(into, CRDS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(CRDS)) await bringDefinitions();
  if (!existsSync(API_SERVER)) await buildApiServer();
  console.log(API_SERVER);
}
