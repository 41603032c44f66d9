// Your own first model, from its registration to a bad version that is taken off and one that earns its way:
//   node examples/first-model/try.mjs
// beside a running `npm start`. It starts two model servers and callers, and ends whatever it started, on Ctrl-C too.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const CLI = path.join(here, '../../dist/apps/cli/src/main.js');
const { env, execPath } = process;
const gateway = env.GATEWAY_URL ?? 'http://127.0.0.1:7401';
const TAKEN_OFF = 3;

/** What this has started and has not ended. */
const running = new Set();
let model = null;
let isOver = false;

function start(words, stdio = ['ignore', 'pipe', 'inherit']) {
  const child = spawn(execPath, words, { stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** @returns the exit code of a command of `understudy` */
function understudy(words, { input = '', isQuiet = false } = {}) {
  const out = isQuiet ? 'ignore' : 'inherit';
  const child = start([CLI, ...words], ['pipe', out, out]);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

/** @returns a model server, and where it answers */
function serve(failing) {
  const child = start([path.join(here, 'server.mjs'), '0', failing]);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the model server ended with code ${code}`)));
    child.stdout.on('data', (text) => {
      const url = /http:\S+/.exec(String(text))?.[0];
      if (url) resolve({ child, url });
    });
  });
}

const say = (text) => console.log(`\n── ${text}`);
/** The manifest of the example, of this model and at this address. */
function manifest(file, url) {
  return readFileSync(path.join(here, file), 'utf8')
    .replace(/^model: .*/m, `model: ${model}`)
    .replace(/^servingUrl: .*/m, `servingUrl: ${url}`);
}
async function release(file, url, expected) {
  const code = await understudy(['register', '-', '--wait', '--timeout', '10'], {
    input: manifest(file, url),
  });
  if (code !== expected || isOver) throw new Error(`understudy register ended with ${code}, not ${expected}`);
}

/** `hello`, or the first `hello-2`, `hello-3` … that is not there: a first version has nothing to be compared with. */
async function freeName() {
  for (let n = 1; ; n++) {
    const name = n === 1 ? 'hello' : `hello-${n}`;
    if ((await understudy(['model', 'show', name], { isQuiet: true })) !== 0) return name;
  }
}

/** Nobody is left to serve it, so it is retired: its record stays, and no outage is told of. */
async function cleanUp() {
  if (isOver) return;
  isOver = true;
  say('The end: what was started is ended, and the model is retired (its record stays)');
  for (const child of running) child.kill();
  if (model !== null) await understudy(['retire', model, '--reason', 'the try is over']);
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));

async function story() {
  if (!existsSync(CLI)) throw new Error('Nothing is built yet: run npm start first, in another terminal.');
  if ((await understudy(['whoami'])) !== 0)
    throw new Error(
      'Log in first, with the token that npm start has shown: npm run --silent cli -- login --url http://localhost:7400 --token us_…',
    );
  model = await freeName();
  say(`Version 1 of ${model}: a first version has nothing to be compared with`);
  const first = await serve('0');
  await release('v1.yaml', first.url, 0);
  say(`Callers, 50 a second, through the gateway at ${gateway}`);
  start([path.join(here, 'callers.mjs'), gateway, model], ['ignore', 'ignore', 'inherit']);
  say('Version 2: "better, it is said", and fails three times in ten. It is taken off, with the reason');
  const bad = await serve('0.3');
  await release('v2.yaml', bad.url, TAKEN_OFF);
  bad.child.kill();
  say('Mended, and registered again as version 3: it earns its way to primary');
  const mended = await serve('0');
  await release('v2.yaml', mended.url, 0);
  say('Version 3 serves. Callers have got an answer to every request all along');
}

try {
  await story();
} catch (error) {
  if (!isOver) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
await cleanUp();
