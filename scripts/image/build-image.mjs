// Builds the image without Docker, on Debian, as an OCI archive: `node scripts/image/build-image.mjs [FILE]`.
// Beside it: FILE.cdx.json, its bill of materials (CycloneDX). Skopeo, podman, containerd and crane take the archive.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { billOf } from './bill-of-materials.mjs';
import { copyPackages } from './installed-packages.mjs';
import { run, writeArchive } from './oci-archive.mjs';
import { fillRoot, OWNED } from './root-filesystem.mjs';

const [file = '.cache/image/understudy.oci.tar'] = process.argv.slice(2);
/** Packed, as a registry has it and a node pulls it. */
const MOST_BYTES = 250e6;
/** Of `dist`: what runs, and what is served. */
const PROGRAMS = ['apps', 'libs', 'migrations', 'scripts/prepare.js', 'docs'];
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
if (!existsSync('dist/apps/api/src/main.js')) throw new Error('There is no build: npm run build makes one.');
const architecture = ARCHITECTURES[process.arch];
if (!architecture) throw new Error(`no image is made for ${process.arch}: amd64 and arm64 are known`);
const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? run('git', ['log', '-1', '--format=%ct']).trim());
const revision = process.env.REVISION ?? run('git', ['rev-parse', 'HEAD']).trim();

const work = mkdtempSync(path.join(tmpdir(), 'understudy-image-'));
try {
  const [root, packages, programs] = ['root', 'packages', 'programs'].map((name) => path.join(work, name));
  for (const folder of [root, path.join(packages, 'app'), path.join(programs, 'app/dist')])
    mkdirSync(folder, { recursive: true });
  const below = fillRoot(root, architecture);

  const app = path.join(packages, 'app');
  cpSync('package.json', path.join(app, 'package.json'));
  const bill = billOf({ version, seconds, below, packages: copyPackages('package-lock.json', app) });

  for (const name of PROGRAMS)
    if (existsSync(path.join('dist', name)))
      cpSync(path.join('dist', name), path.join(programs, 'app/dist', name), { recursive: true });
  if (existsSync('LICENSE')) cpSync('LICENSE', path.join(programs, 'app/LICENSE'));

  const made = writeArchive(path.resolve(file), [[root, OWNED], [packages], [programs]], {
    ...{ work, seconds, architecture, reference: version },
    config: {
      User: '1000:1000',
      WorkingDir: '/app',
      Env: ['PATH=/usr/local/bin:/usr/bin', 'NODE_ENV=production', 'UNDERSTUDY_HOME=/data', 'BIND=0.0.0.0'],
      Entrypoint: ['/usr/bin/tini', '--'],
      Cmd: ['node', 'dist/apps/api/src/main.js'],
      Volumes: { '/data': {} },
      Labels: {
        'org.opencontainers.image.title': 'understudy',
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.revision': revision,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    },
  });
  writeFileSync(`${file}.cdx.json`, `${JSON.stringify(bill, null, 2)}\n`);
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`${file}: ${made.digest}, ${mb(made.packed)} packed, ${mb(made.unpacked)} unpacked`);
  console.log(`${file}.cdx.json: ${bill.components.length} components`);
  if (made.packed > MOST_BYTES) throw new Error(`the image has more than ${mb(MOST_BYTES)}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
