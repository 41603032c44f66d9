// An image as the Open Container Initiative's layout has it, in a tar file: https://github.com/opencontainers/image-spec
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** @returns its standard output. @throws Error with what it says */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 30, ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr || done.stdout}`);
  return done.stdout;
}

/**
 * A layer of what is below `folder`: the same files make the same bytes.
 * @param owners [path below folder, user id]: all else is root's
 */
function layer(folder, { seconds, owners = [] }) {
  const file = `${folder}.tar`;
  const same = ['--sort=name', `--mtime=@${seconds}`, '--numeric-owner', '--format=gnu'];
  const apart = owners.map(([name]) => `--exclude=./${name}`);
  run('tar', ['-C', folder, '-cf', file, ...same, '--owner=0', '--group=0', ...apart, '.']);
  for (const [name, user] of owners)
    run('tar', ['-C', folder, '-rf', file, ...same, `--owner=${user}`, `--group=${user}`, `./${name}`]);
  const bytes = readFileSync(file);
  const packed = gzipSync(bytes, { level: 6 });
  rmSync(file);
  return { diffId: `sha256:${sha256(bytes)}`, bytes: bytes.length, packed };
}

/**
 * Writes the archive.
 * @param folders [folder, owners]: a layer each, the lowest first
 * @param of architecture, the runtime's config (User, Env, …), labels, name and tag
 * @returns its digest, and how large the layers are, packed and unpacked
 */
export function writeArchive(file, folders, { seconds, architecture, config, reference, work }) {
  const layout = path.join(work, 'layout');
  mkdirSync(path.join(layout, 'blobs/sha256'), { recursive: true });
  const put = (bytes, mediaType) => {
    const digest = sha256(bytes);
    writeFileSync(path.join(layout, 'blobs/sha256', digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const json = (value) => Buffer.from(JSON.stringify(value));
  const layers = folders.map(([folder, owners]) => layer(folder, { seconds, owners }));
  const created = new Date(seconds * 1_000).toISOString();
  const image = {
    created,
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: folders.map(([folder]) => ({ created, created_by: `scripts/image: ${path.basename(folder)}` })),
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: put(json(image), 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map(({ packed }) => put(packed, 'application/vnd.oci.image.layer.v1.tar+gzip')),
  };
  const described = put(json(manifest), manifest.mediaType);
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...described,
        platform: { architecture, os: 'linux' },
        annotations: { 'org.opencontainers.image.ref.name': reference },
      },
    ],
  };
  writeFileSync(path.join(layout, 'index.json'), json(index));
  writeFileSync(path.join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  mkdirSync(path.dirname(file), { recursive: true });
  const same = ['--sort=name', `--mtime=@${seconds}`, '--owner=0', '--group=0', '--numeric-owner'];
  run('tar', ['-C', layout, '-cf', `${file}.new`, ...same, 'oci-layout', 'index.json', 'blobs']);
  renameSync(`${file}.new`, file);
  const sum = (of) => layers.reduce((all, one) => all + of(one), 0);
  return {
    digest: described.digest,
    file: statSync(file).size,
    packed: sum((one) => one.packed.length),
    unpacked: sum((one) => one.bytes),
  };
}
