import { totalmem } from 'node:os';
import { z } from 'zod';

/** A name, or the beginning of several: `AWS_*`. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*\*?$/;
/** A beginning must be somebody's: `A*` is whatever happens to be there. */
const SHORTEST_BEGINNING = 3;
/** What is ours, or a secret, never reaches an artifact's code, not even when it is asked for. */
const NEVER = /^(DATABASE_URL|REDIS_URL|SECRETS_KEY|UNDERSTUDY_.*|OIDC_.*|NODE_ENV|NODE_OPTIONS|PG.*)$/;
/** Set for each server, so that they cannot be passed on. */
const OWN = /^(PORT|TMPDIR)$/;
const LEAST_MEMORY = 16 * 1024 ** 2;

const count = (fallback: number, least: number, most: number) =>
  z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(fallback);

const users = z
  .string()
  .transform((text, context) => {
    if (text === 'off') return null;
    const [, first = NaN, last = NaN] = (/^(\d{4,10})-(\d{4,10})$/.exec(text) ?? []).map(Number);
    if (first >= 1_000 && first <= last && last < 2 ** 32 - 1) return { first, last };
    context.addIssue({
      code: 'custom',
      message: 'not off, nor a range of user ids such as 60706-61183 (1000 or more)',
    });
    return z.NEVER;
  })
  // Between systemd's ranges, and nobody's by Debian's: https://systemd.io/UIDS-GIDS/
  .default({ first: 60_706, last: 61_183 });

const environment = z
  .string()
  .transform((text) => text.split(',').flatMap((name) => name.trim() || []))
  .refine(
    (names) => names.every((name) => NAME.test(name)),
    'not names of variables with commas between, or beginnings such as AWS_*',
  )
  .refine(
    (names) => names.every((name) => !name.endsWith('*') || name.length > SHORTEST_BEGINNING),
    `a beginning with * has ${SHORTEST_BEGINNING} characters before it at least`,
  )
  .refine(
    (names) => !names.some((name) => NEVER.test(name.replace('*', '')) || OWN.test(name)),
    'names a variable that model servers never get (of Understudy or its secrets), or that is set for each',
  )
  .default([]);

/** What of a version a command is given; `registry`: model and version alone, its program asks a registry for the rest. */
export type CommandNeeds = 'artifact' | 'source' | 'registry';

/** What a version must have to be served by this command; `null`: nothing in it says which version to serve. */
export function commandNeeds(command: string): CommandNeeds | null {
  if (command.includes('{artifact}')) return 'artifact';
  if (command.includes('{source}')) return 'source';
  return command.includes('{model}') && command.includes('{version}') ? 'registry' : null;
}

interface Preset {
  readonly command: string;
  /** How long it may take to be ready, where nobody says: frameworks load for long. */
  readonly readyMs: number;
}
/** Commands that are known by a name. */
const PRESETS: Readonly<Record<string, Preset | undefined>> = {
  mlflow: {
    command: 'mlflow models serve -m {artifact} -p {port} -h 127.0.0.1 --env-manager local',
    readyMs: 300_000,
  },
};
const presetOf = (text: string): Preset | undefined =>
  Object.hasOwn(PRESETS, text.trim()) ? PRESETS[text.trim()] : undefined;

/** Within which time a model server must be ready, in milliseconds. @param set the environment as it is, `usual` for other commands */
export const readyWithin = (set: Readonly<Record<string, string | undefined>>, usual: number): number =>
  set['DEPLOYER_READY_MS'] ? usual : (presetOf(set['DEPLOYER_COMMAND'] ?? '')?.readyMs ?? usual);

const command = z
  .string()
  .transform((text) => presetOf(text)?.command ?? text)
  .refine(
    (text) => text.includes('{port}') && commandNeeds(text) !== null,
    `must be a preset (${Object.keys(PRESETS).join(', ')}), or hold {port}, and one of {artifact}, {source}, or {model} with {version}`,
  )
  .optional();

/**
 * The variables that `DEPLOYER_ENV` names: a beginning (`AWS_*`) stands for all that are set, but for what is ours.
 * @param settings the names of all settings of Understudy
 */
export function namesPassedOn(
  named: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  settings: ReadonlySet<string>,
): readonly string[] {
  const isOurs = (name: string): boolean => NEVER.test(name) || OWN.test(name) || settings.has(name);
  const all = named.flatMap((name) => {
    if (!name.endsWith('*')) return [name];
    const begins = name.slice(0, -1);
    return Object.keys(env).filter((one) => one.startsWith(begins) && !isOurs(one));
  });
  return [...new Set(all)].sort();
}

/** Settings of the process deployer: what an artifact's code may use. */
export const deployerSettings = {
  DEPLOYER_COMMAND: command,
  /** Asked first of model servers that bring their URL; asked alone of our own, where it is set. */
  DEPLOYER_READY_PATH: z.string().startsWith('/').optional(),
  DEPLOYER_USERS: users,
  DEPLOYER_ENV: environment,
  DEPLOYER_MEMORY_BYTES: count(halfOfMemory(), LEAST_MEMORY, Number.MAX_SAFE_INTEGER),
  DEPLOYER_OPEN_FILES: count(4_096, 64, 1_048_576),
  DEPLOYER_PROCESSES: count(1_024, 16, 1_048_576),
};

/** Of the machine, or of the container when that has less. */
function halfOfMemory(): number {
  const constrained = process.constrainedMemory();
  const all = totalmem();
  return Math.floor((constrained > LEAST_MEMORY && constrained < all ? constrained : all) / 2);
}

/**
 * The environment of an artifact's program: what any program needs, what the operator passes on by name
 * (`DEPLOYER_ENV`), and what is said of this server. No secret of ours, and nothing by accident.
 */
export function serverEnvironment(
  passedOn: readonly string[],
  own: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const names = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'];
  const pick = (list: readonly string[]): Record<string, string> =>
    Object.fromEntries(list.flatMap((name) => (ours[name] === undefined ? [] : [[name, ours[name]]])));
  return { ...pick(names), ...own, ...pick(passedOn) };
}
