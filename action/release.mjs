// What action.yml runs; needs nothing but Node. Elsewhere: UNDERSTUDY_URL, UNDERSTUDY_TOKEN, MANIFEST, … node release.mjs
import { createHash } from 'node:crypto';
import { appendFileSync, createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const { env } = process;
const { fetch, TextDecoder } = globalThis;
const input = (name, elsewhere) => env[`INPUT_${name.toUpperCase()}`] || env[elsewhere] || '';
const url = input('url', 'UNDERSTUDY_URL').replace(/\/+$/, '');
const manifestFile = input('manifest', 'MANIFEST') || 'understudy.yaml';
const artifactFile = input('artifact', 'ARTIFACT');
const waits = (input('wait', 'WAIT') || 'true') !== 'false';
const untilMs = Date.now() + Number(input('timeout', 'TIMEOUT_MINUTES') || 180) * 60_000;
const pollMs = Number(env['POLL_MS'] || 5_000);
const ENDS = ['succeeded', 'rolled_back', 'aborted', 'superseded'];

/** Something that the user can mend. */
class Failure extends Error {}

try {
  if (url === '') throw new Failure('say where Understudy is: url (or UNDERSTUDY_URL)');
  if (!isOpenUrl(url))
    throw new Failure(
      'url (or UNDERSTUDY_URL) is no address of an api: write it as https://understudy.example, without a user, a password, "?" or "#"',
    );
  await release();
} catch (error) {
  const said = error instanceof Failure ? error.message : (error.stack ?? String(error));
  const lines = said.split('\n').map(printable);
  // GitHub shows it at the job; a newline would end it.
  if (env['GITHUB_ACTIONS'])
    print(`::error title=Understudy::${lines.join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A')}`);
  else lines.forEach(print);
  process.exitCode = 1;
}

/** As libs/kernel's. What is no such address is said nowhere: there may be a password in it, which fetch would put into its error. */
function isOpenUrl(text) {
  if (!globalThis.URL.canParse(text) || /[?#]/.test(text)) return false;
  const { protocol, username, password } = new globalThis.URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** UTF-8, or UTF-16 as PowerShell writes it; without its mark. */
function textOf(bytes) {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

async function release() {
  const token = (input('token', 'UNDERSTUDY_TOKEN') || (await exchanged())).trim();
  // Nothing that could end the command; fetch would say it in its error.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Failure('the token has blanks within it, or characters that no token has: copy it again');
  if (env['GITHUB_ACTIONS']) print(`::add-mask::${token}`);
  const digest = artifactFile === '' ? '' : await upload(token);
  const manifest = filled(textOf(readFileSync(manifestFile)), { ARTIFACT_DIGEST: digest });
  const version = await call(token, 'POST', '/manifests', {
    body: manifest,
    headers: {
      'content-type': 'application/yaml',
      // The same run again registers nothing twice.
      'idempotency-key': createHash('sha256')
        .update([env['GITHUB_RUN_ID'] ?? env['CI_PIPELINE_ID'] ?? Date.now(), manifest].join('\n'))
        .digest('hex'),
    },
  });
  say(`registered ${version.model} version ${version.version}`);
  output({ model: version.model, version: version.version, rollout: version.rollout?.id ?? '' });
  if (!version.rollout) return say('its manifest starts no rollout');
  if (!waits) return say(`rollout ${version.rollout.id} goes on by itself`);
  const ended = await waitFor(token, version.rollout.id);
  output({ state: ended.state });
  const because = ended.decision?.because ?? '';
  summary(`**${markdown(version.model)}** version ${version.version}: ${ended.state}. ${markdown(because)}`);
  if (ended.state !== 'succeeded') {
    const failed = (ended.checks ?? [])
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ because: why }) => why);
    throw new Failure(
      `version ${version.version} of ${version.model}: ${ended.state}: ${[because, ...failed].join('; ')}`,
    );
  }
  say(`version ${version.version} of ${version.model} is primary`);
}

/** The job's own OIDC token for one of ours. */
async function exchanged() {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: at, ACTIONS_ID_TOKEN_REQUEST_TOKEN: by } = env;
  if (!at || !by)
    throw new Failure('give a token, or let the job have one of its own: permissions: { id-token: write }');
  const response = await fetch(`${at}&audience=understudy`, { headers: { authorization: `Bearer ${by}` } });
  if (!response.ok) throw new Failure(`GitHub gives no OIDC token: ${response.status}`);
  const { value } = await response.json();
  const { token } = await call(null, 'POST', '/auth/ci', {
    body: JSON.stringify({ token: value }),
    headers: { 'content-type': 'application/json' },
  });
  return token;
}

async function upload(token) {
  const hash = createHash('sha256');
  for await (const part of createReadStream(artifactFile)) hash.update(part);
  const digest = `sha256:${hash.digest('hex')}`;
  const { size } = await stat(artifactFile);
  await call(token, 'PUT', `/artifacts/${digest}`, {
    body: Readable.toWeb(createReadStream(artifactFile)),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
  });
  say(`uploaded ${path.basename(artifactFile)} (${size} bytes), ${digest}`);
  return digest;
}

/** `${NAME}` of the environment; what is not set is an error, not an empty text. */
function filled(text, more) {
  return text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_all, name) => {
    const value = more[name] || env[name];
    if (!value || /TOKEN|SECRET|PASSWORD/.test(name))
      throw new Failure(`${manifestFile}: \${${name}} is not set (or is a secret)`);
    return value;
  });
}

async function waitFor(token, id) {
  let shown = '';
  for (let misses = 0; ;) {
    const rollout = await call(token, 'GET', `/rollouts/${id}`).catch((error) => {
      // A server that starts again, or is busy, is waited for.
      if (error instanceof Failure || ++misses > 60) throw error;
      return null;
    });
    if (rollout) {
      misses = 0;
      const { state, step, decision } = rollout;
      const at = step
        ? `step ${step.index + 1} (${step.kind}${step.weight ? ` ${step.weight / 100} %` : ''})`
        : '';
      const now = [state, at, decision?.because ?? ''].filter(Boolean).join(' · ');
      if (now !== shown) say((shown = now));
      if (ENDS.includes(state)) return rollout;
    }
    if (Date.now() > untilMs)
      throw new Failure(`rollout ${id} has not ended in time; it goes on by itself (${shown})`);
    await sleep(pollMs);
  }
}

async function call(token, method, route, { body, headers = {} } = {}) {
  const response = await fetch(`${url}/api/v1${route}`, {
    method,
    redirect: 'error',
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  });
  const text = await response.text();
  if (response.ok) return text === '' ? null : JSON.parse(text);
  if (response.status >= 500 || response.status === 429)
    throw new Error(`${method} ${route}: ${response.status}`);
  throw new Failure(`${method} ${route}: ${response.status} ${problemOf(text)}`);
}

function problemOf(text) {
  try {
    const { detail, errors = [] } = JSON.parse(text);
    const lines = [detail, ...errors.map(({ pointer, detail: what }) => `  ${pointer}: ${what}`)];
    return lines.map((line) => printable(String(line))).join('\n');
  } catch {
    return text.slice(0, 300);
  }
}

function output(values) {
  if (!env['GITHUB_OUTPUT']) return;
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}=${String(value).replaceAll(/[\r\n]/g, ' ')}\n`,
  );
  appendFileSync(env['GITHUB_OUTPUT'], lines.join(''));
}

function summary(text) {
  if (env['GITHUB_STEP_SUMMARY']) appendFileSync(env['GITHUB_STEP_SUMMARY'], `${text}\n`);
}

function say(line) {
  print(printable(line));
}

/** The only place that writes to the log. */
function print(line) {
  console.log(line);
}

/**
 * Names, reasons and verdicts are what somebody wrote: what a terminal obeys is shown as an escape, and nothing is a
 * command of the runner (`::name::` at the start of a line, `##[name]` anywhere). As libs/kernel's, which this file
 * does not need.
 */
function printable(text) {
  return String(text)
    .replace(/^([^\S\n\r\u2028\u2029]*):(?=:)/gm, '$1\\x3a')
    .replace(
      /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu,
      (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`,
    )
    .replace(/^(\s*):(?=:)/, '$1\\x3a')
    .replace(/#(?=#\w*\[)/g, '\\x23');
}

/** In one line, without what Markdown or HTML would make of it. */
function markdown(text) {
  return printable(text).replace(/[\\`*_{}[\]<>()#|~!&@]/g, '\\$&');
}
