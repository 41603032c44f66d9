import { z } from 'zod';

const text = z.string().optional();

/**
 * OpenTelemetry's own names (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). They are read
 * as texts, and checked where there is an endpoint only: platforms put such variables into every process.
 */
export const tracingSettings = {
  OTEL_SDK_DISABLED: text,
  OTEL_TRACES_EXPORTER: text,
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_HEADERS: text,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: text,
  OTEL_EXPORTER_OTLP_PROTOCOL: text,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: text,
  OTEL_EXPORTER_OTLP_TIMEOUT: text,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: text,
  OTEL_EXPORTER_OTLP_COMPRESSION: text,
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: text,
  OTEL_TRACES_SAMPLER: text,
  OTEL_TRACES_SAMPLER_ARG: text,
  OTEL_SERVICE_NAME: text,
  OTEL_RESOURCE_ATTRIBUTES: text,
  OTEL_BSP_SCHEDULE_DELAY: text,
  /** Recorded traces that one process takes part in, whatever callers ask for. */
  TRACES_PER_SECOND: text,
};

type Env = z.output<z.ZodObject<typeof tracingSettings>>;
type Name = keyof Env;
type Mistake = readonly [name: string, detail: string];

/** Checked; what `libs/tracing` starts with. */
export interface TracingConfig {
  /** Where spans are posted to. */
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: 'none' | 'gzip';
  readonly sampler: {
    readonly kind: 'always_on' | 'always_off' | 'traceidratio';
    readonly isParentBased: boolean;
    readonly ratio: number;
  };
  readonly tracesPerSecond: number;
  readonly exportEveryMs: number;
  readonly serviceName: string | null;
  readonly resource: Readonly<Record<string, string>>;
}

const PARENT_BASED = 'parentbased_';
const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const COMPRESSIONS = ['none', 'gzip'] as const;
/** A token of RFC 9110, as names of header fields are. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\x20-\x7e]*$/;

/** `config`: `null` where nothing is exported. `mistakes`: with an endpoint, whatever is wrong beside it. */
export function readTracing(env: Env): {
  readonly config: TracingConfig | null;
  readonly mistakes: readonly Mistake[];
} {
  const mistakes: Mistake[] = [];
  const wrong = (name: string, detail: string): void => void mistakes.push([name, detail]);
  const flag = env.OTEL_SDK_DISABLED?.toLowerCase() ?? 'false';
  if (flag !== 'true' && flag !== 'false') wrong('OTEL_SDK_DISABLED', 'true or false');
  const endpoint = endpointOf(env);
  if (endpoint === null || flag === 'true' || env.OTEL_TRACES_EXPORTER === 'none')
    return { config: null, mistakes };

  /** The setting for traces, or else that for all signals. */
  const of = (what: string): { readonly name: Name; readonly value: string | undefined } => {
    const own = `OTEL_EXPORTER_OTLP_TRACES_${what}` as Name;
    if (env[own] !== undefined) return { name: own, value: env[own] };
    const all = `OTEL_EXPORTER_OTLP_${what}` as Name;
    return { name: all, value: env[all] };
  };
  const oneOf = <T extends string>(what: string, known: readonly T[], else_: string): T => {
    const { name, value } = of(what);
    const found = known.find((one) => one === (value ?? known[0]));
    if (found === undefined) wrong(name, `${else_} ${known.join(' or ')}`);
    return found ?? (known[0] as T);
  };
  const number = (name: Name, value: string | undefined, bounds: Bounds): number => {
    const read = value === undefined ? bounds.fallback : Number(value);
    const isIn = read >= bounds.least && read <= bounds.most && (!bounds.isWhole || Number.isInteger(read));
    if (!isIn || value?.trim() === '')
      wrong(
        name,
        `not ${bounds.isWhole ? 'a whole number' : 'a number'} from ${bounds.least} to ${bounds.most}`,
      );
    return isIn ? read : bounds.fallback;
  };
  if ((env.OTEL_TRACES_EXPORTER ?? 'otlp') !== 'otlp')
    wrong('OTEL_TRACES_EXPORTER', 'otlp or none; a collector passes spans on to anything else');
  if (!isHttp(endpoint.url)) wrong(endpoint.name, 'not a URL that starts with http:// or https://');
  const headers = of('HEADERS');
  const timeout = of('TIMEOUT');
  const config: TracingConfig = {
    url: endpoint.url,
    protocol: oneOf(
      'PROTOCOL',
      PROTOCOLS,
      'spans are exported by HTTP, which collectors take at port 4318; use',
    ),
    headers: pairsOf(headers.name, headers.value, wrong, true),
    timeoutMs: number(timeout.name, timeout.value, { ...WHOLE, most: 60_000, fallback: 10_000 }),
    compression: oneOf('COMPRESSION', COMPRESSIONS, 'use'),
    sampler: samplerOf(env, number, wrong),
    tracesPerSecond: number('TRACES_PER_SECOND', env.TRACES_PER_SECOND, {
      ...WHOLE,
      ...{ most: 100_000, fallback: 100 },
    }),
    exportEveryMs: number('OTEL_BSP_SCHEDULE_DELAY', env.OTEL_BSP_SCHEDULE_DELAY, {
      ...WHOLE,
      ...{ most: 60_000, fallback: 5_000 },
    }),
    serviceName: env.OTEL_SERVICE_NAME ?? null,
    resource: pairsOf('OTEL_RESOURCE_ATTRIBUTES', env.OTEL_RESOURCE_ATTRIBUTES, wrong, false),
  };
  return { config, mistakes };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
  readonly isWhole: boolean;
}
const WHOLE = { least: 1, isWhole: true } as const;

/** That for traces is taken as it is; `v1/traces` is below that for all signals. */
function endpointOf(env: Env): { readonly name: Name; readonly url: string } | null {
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (own !== undefined) return { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', url: own };
  const all = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (all === undefined) return null;
  return { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', url: `${all.replace(/\/+$/, '')}/v1/traces` };
}

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

function samplerOf(
  { OTEL_TRACES_SAMPLER: name = 'parentbased_always_on', OTEL_TRACES_SAMPLER_ARG: argument }: Env,
  number: (name: Name, value: string | undefined, bounds: Bounds) => number,
  wrong: (name: string, detail: string) => void,
): TracingConfig['sampler'] {
  const isParentBased = name.startsWith(PARENT_BASED);
  const root = isParentBased ? name.slice(PARENT_BASED.length) : name;
  const kind = SAMPLERS.find((one) => one === root);
  const all = SAMPLERS.flatMap((one) => [one, PARENT_BASED + one]).join(', ');
  if (kind === undefined) wrong('OTEL_TRACES_SAMPLER', `not one of ${all}`);
  // Of the others the argument says nothing.
  const ratio =
    kind === 'traceidratio'
      ? number('OTEL_TRACES_SAMPLER_ARG', argument, { least: 0, most: 1, fallback: 1, isWhole: false })
      : 1;
  return { kind: kind ?? 'always_off', isParentBased, ratio };
}

/** `name=value,name=value`, values percent-encoded. What a mistake shows has no value in it: it may be a secret. */
function pairsOf(
  setting: string,
  list: string | undefined,
  wrong: (name: string, detail: string) => void,
  isHeaders: boolean,
): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const [i, part] of (list ?? '').split(',').entries()) {
    if (part.trim() === '') continue;
    const cut = part.indexOf('=');
    const name = part.slice(0, Math.max(0, cut)).trim();
    const value = decoded(part.slice(cut + 1).trim());
    if (cut < 1 || name === '') wrong(setting, `entry ${i + 1} is not name=value`);
    else if (value === null) wrong(setting, `the value of ${name} is not percent-encoded as a URL is`);
    else if (isHeaders && (!TOKEN.test(name) || !VALUE.test(value)))
      wrong(setting, `entry ${i + 1} is no header field: a character is not allowed in it`);
    else pairs[name] = value;
  }
  return pairs;
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
