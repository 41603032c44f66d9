import { KnownNames } from './known-names.ts';

/** Header fields of one connection, not of the message (RFC 9110 §7.6.1). */
const CONNECTION = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info'],
  ...['proxy-connection', 'te', 'trailer', 'upgrade', 'http2-settings'],
];
/** Where a message ends: said by whoever writes the head, once. */
const FRAMING = ['content-length', 'transfer-encoding'];
/**
 * Orders to a proxy in front of the gateway, which a model server must not give: nginx would answer with another
 * location or file, Apache and lighttpd with a file, Envoy would take the gateway out of service for all models, and
 * Alt-Svc moves all callers of the gateway elsewhere.
 */
const ORDERS = ['x-sendfile', 'x-lighttpd-send-file', 'x-lighttpd-send-tempfile', 'x-reproxy-url', 'alt-svc'];
const ORDER_PREFIXES = ['x-accel-', 'x-envoy-'];
/** nginx streams then, and does nothing else by it. */
const HARMLESS_ORDER = 'x-accel-buffering';
/** What a trailer must not say (RFC 9110 §6.5.1): routing, authentication, how to answer, what the content is. */
const NOT_IN_TRAILERS = [
  ...['host', 'max-forwards', 'expect', 'range', 'authorization', 'cookie', 'set-cookie', 'www-authenticate'],
  ...[
    'authentication-info',
    'cache-control',
    'age',
    'expires',
    'date',
    'vary',
    'warning',
    'pragma',
    'retry-after',
  ],
  ...['location', 'content-location', 'refresh', 'link', 'content-type', 'content-encoding', 'content-range'],
  ...['content-language', 'content-disposition', 'content-security-policy', 'strict-transport-security'],
  ...['forwarded', 'via', 'clear-site-data', 'accept-ranges', 'etag', 'last-modified', 'allow'],
];
/** Those that say where something is, and are turned into the gateway's addresses. */
const PLACES = ['location', 'content-location', 'refresh'];

/** What a field of an answer is to the gateway. */
export type AnswerField = 'dropped' | 'length' | 'place' | 'date' | 'passed';

const ANSWERS = new Map<string, AnswerField>([
  ...[...CONNECTION, ...FRAMING, ...ORDERS, 'x-request-id'].map((name) => [name, 'dropped'] as const),
  ['content-length', 'length'],
  ...PLACES.map((name) => [name, 'place'] as const),
  ['date', 'date'],
]);
/** Set anew for the model server, or nothing for it; `proxy` sets a CGI program's proxy (httpoxy). */
const REQUESTS = new Map<string, Exclude<RequestField, 'passed'>>([
  ...[...CONNECTION, ...FRAMING, 'host', 'expect', 'proxy', 'x-request-id'].map(
    (name) => [name, 'dropped'] as const,
  ),
  ['content-length', 'length'],
  ['x-forwarded-for', 'sender'],
  ['x-forwarded-proto', 'scheme'],
  ['traceparent', 'trace parent'],
  ['tracestate', 'trace state'],
]);
const TRAILERS = new Set([...ANSWERS.keys(), ...NOT_IN_TRAILERS]);
/** Callers name their unit by it, and a gateway behind this one may want to know it too. */
const UNIT = 'x-understudy-unit';

/** At each length: 1 where one of the names has it. Most fields have another, and are not looked up. */
const ANSWER_LENGTHS = lengthsOf(ANSWERS.keys());
const REQUEST_LENGTHS = lengthsOf(REQUESTS.keys());
/** The letter that all of our own names, and most orders, start with. */
const X = 120;

export function answerField(name: string): AnswerField {
  const isX = (name.charCodeAt(0) | 32) === X;
  if (!isX && ANSWER_LENGTHS[name.length] !== 1) return 'passed';
  return answers.of(name);
}

const answers = new KnownNames((name): AnswerField => {
  const field = canonical(name);
  return ANSWERS.get(field) ?? (isOwn(field) || isOrder(field) ? 'dropped' : 'passed');
});

/**
 * `sender`, `scheme`: who sent it through which proxies, and by what; the gateway adds to them. `trace parent`, `trace state`: whose part the
 * request is; where the gateway has a span of its own, that is the parent.
 */
export type RequestField =
  'dropped' | 'length' | 'sender' | 'scheme' | 'trace parent' | 'trace state' | 'passed';

export function requestField(name: string): RequestField {
  const isX = (name.charCodeAt(0) | 32) === X;
  if (!isX && REQUEST_LENGTHS[name.length] !== 1) return 'passed';
  return requests.of(name);
}

const requests = new KnownNames((name): RequestField => {
  const field = canonical(name);
  return REQUESTS.get(field) ?? (isOwn(field) && field !== UNIT ? 'dropped' : 'passed');
});

export function passesInTrailer(name: string): boolean {
  const field = canonical(name);
  return !TRAILERS.has(field) && !isOwn(field) && !isOrder(field);
}

/** As readers see a name that make it an environment variable: without case, `_` for `-`. */
export const canonical = (name: string): string => name.toLowerCase().replaceAll('_', '-');

const isOwn = (field: string): boolean => field.startsWith('x-understudy-');
const isOrder = (field: string): boolean =>
  field !== HARMLESS_ORDER && ORDER_PREFIXES.some((prefix) => field.startsWith(prefix));

function lengthsOf(names: Iterable<string>): readonly number[] {
  const lengths: number[] = [];
  for (const name of names) lengths[name.length] = 1;
  return Array.from(lengths, (one) => one ?? 0);
}
