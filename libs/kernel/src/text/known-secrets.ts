import { holdsCredential } from './credential-name.ts';
import { redactor } from './redactor.ts';
import { storableText } from './storable-text.ts';

/*
 * What this process must never say. Settings, sealed secrets and URLs make their secrets known where they are read; whatever leaves the
 * process as text for others (log, standard error, problem, event, reason, span) passes through `redact`. One book for the whole process: a place that
 * writes cannot forget a secret that another place has read.
 */

/** Of those that come while the process runs; the oldest are forgotten first. Settings are never forgotten. */
const MOST_PASSING = 512;

const settings = new Set<string>();
const passing = new Set<string>();
let blackOut: ((text: string) => string) | null = null;

/** Makes settings known. Those of fewer than 4 characters are not blacked out. */
export function keepSettingsSecret(secrets: Iterable<string>): void {
  for (const secret of secrets) settings.add(secret);
  blackOut = null;
}

/** Makes a secret known that has come while the process runs. */
export function keepSecret(secret: string): void {
  if (secret === '' || settings.has(secret)) return;
  const isNew = !passing.delete(secret);
  passing.add(secret);
  if (!isNew) return;
  for (const oldest of passing) {
    if (passing.size <= MOST_PASSING) break;
    passing.delete(oldest);
  }
  blackOut = null;
}

/** Makes known what of a URL is a secret (`secretsInUrl`). */
export function keepUrlSecret(url: string): void {
  if (!/[?@]/.test(url)) return;
  for (const secret of secretsInUrl(url)) keepSecret(secret);
}

/**
 * A text for others, without any secret that this process knows. What PostgreSQL cannot keep (NUL, half a surrogate pair) is U+FFFD in it: most
 * of what is written down so was said by a peer, and one letter of it must not lose the whole.
 */
export function redact(text: string): string {
  blackOut ??= redactor([...settings, ...passing]);
  return storableText(blackOut(text), Infinity);
}

/** As `redact`, of every text within plain data. Names of properties stay. */
export function redactDeep<T>(value: T): T {
  return within(value) as T;
}

function within(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(within);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, within(of)]));
}

/** A parameter of this name is a key, whatever it looks like. */
const IS_KEY = /key|code|token|secret|sig|pass|auth|cred/i;
/** Of any other name, a value of so many characters may be one; `2024-02-01` is none. */
const LONGEST_PLAIN = 20;

/**
 * What of a URL is a secret: its password, alone and as `user:password` in base64, and those values of its query that are keys by their
 * name or length. Percent-encoded ones also as they are written there. None of what is no URL.
 */
export function secretsInUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { username, password, searchParams, search } = new URL(url);
  const user = decoded(username);
  const pass = decoded(password);
  const basic = pass === '' ? [] : [pass, password, base64(`${user}:${pass}`)];
  const written = search
    .slice(1)
    .split('&')
    .map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const);
  const values = [...searchParams, ...written].flatMap(([name, value]) =>
    IS_KEY.test(name) || value.length >= LONGEST_PLAIN ? [value] : [],
  );
  return [...new Set([...basic, ...values])].filter((one) => one !== '');
}

/**
 * What of a header is a secret, where its name says that it lets somebody in, or its value is long enough for a key: the value, what follows a scheme
 * (`Bearer x`), and the password of `Basic`.
 */
export function secretsInHeader(name: string, value: string): readonly string[] {
  const [, scheme = '', credentials = ''] = /^([A-Za-z][\w-]*) +(.+)$/.exec(value) ?? [];
  const isScheme = /^(bearer|basic|token|apikey|digest|aws4-hmac-sha256)$/i.test(scheme);
  if (!isScheme && !holdsCredential(name) && value.length < LONGEST_PLAIN) return [];
  const password = /^basic$/i.test(scheme) ? fromBase64(credentials).split(':').slice(1).join(':') : '';
  return [...new Set([value, credentials, password])].filter((one) => one !== '');
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return '';
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
