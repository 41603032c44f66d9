// What is below the programs: Node.js as npm has it, and the few packages of Debian that it needs. No shell, no package manager.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './oci-archive.mjs';

/** The same major as in the Dockerfile. */
const NODE = '22.23.5';
/** The C and C++ libraries, and tini: process 1 awaits the orphans of model servers. */
const PACKAGES = ['base-files', 'libc6', 'gcc-12-base', 'libgcc-s1', 'libstdc++6', 'tini'];
const USER = 1000;

/**
 * Fills a folder.
 * @returns what is in it, for the bill of materials: name, version, and its URL as a package
 */
export function fillRoot(root, architecture) {
  for (const folder of [
    'etc',
    'tmp',
    'data',
    'artifacts',
    'usr/local/bin',
    'usr/share/doc/node',
    'var/lib/dpkg/status.d',
  ])
    mkdirSync(path.join(root, folder), { recursive: true });
  const debian = PACKAGES.map((name) => unpackDebian(root, name));
  unpackNode(root);
  // As `node:22-bookworm-slim` has them.
  writeFileSync(
    path.join(root, 'etc/passwd'),
    `root:x:0:0:root:/root:/usr/sbin/nologin\nnode:x:${USER}:${USER}::/data:/usr/sbin/nologin\n`,
  );
  writeFileSync(path.join(root, 'etc/group'), `root:x:0:\nnode:x:${USER}:\n`);
  writeFileSync(path.join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  run('chmod', ['1777', path.join(root, 'tmp')]);
  return [
    ...debian.map(({ name, version }) => ({
      name,
      version,
      purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
    })),
    { name: 'node', version: NODE, purl: `pkg:generic/node@${NODE}` },
  ];
}

export const OWNED = [
  ['data', USER],
  ['artifacts', USER],
];

function unpackDebian(root, name) {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-deb-'));
  try {
    run('apt-get', ['download', name, '-o', 'APT::Sandbox::User=root'], { cwd: folder });
    const [file] = readdirSync(folder);
    run('dpkg-deb', ['-x', path.join(folder, file), root]);
    const control = run('dpkg-deb', ['-f', path.join(folder, file)]);
    // Where scanners look for packages without a package manager.
    writeFileSync(path.join(root, 'var/lib/dpkg/status.d', name), control);
    const [, version] = /^Version: (\S+)$/m.exec(control);
    // Manuals, translations: of no use to a server. Copyrights stay.
    for (const unread of [
      'usr/share/man',
      'usr/share/locale',
      'usr/share/lintian',
      'usr/lib/x86_64-linux-gnu/gconv',
    ])
      rmSync(path.join(root, unread), { recursive: true, force: true });
    return { name, version };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function unpackNode(root) {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-node-'));
  try {
    const name = `node-linux-${process.arch}@${NODE}`;
    run('npm', ['pack', name, '--silent', '--pack-destination', folder], { cwd: folder });
    const [file] = readdirSync(folder);
    run('tar', ['-C', folder, '-xf', path.join(folder, file)]);
    run('install', [
      '-m',
      '755',
      path.join(folder, 'package/bin/node'),
      path.join(root, 'usr/local/bin/node'),
    ]);
    const license = path.join(folder, 'package/LICENSE');
    if (existsSync(license))
      run('install', ['-m', '644', license, path.join(root, 'usr/share/doc/node/LICENSE')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
