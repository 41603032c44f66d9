import type { Harm, Pulse, Switch } from './story.ts';

/** What things took on this machine before anything was broken. */
export interface Control {
  /** A new connection to PostgreSQL, in ms. */
  readonly noiseMs: number;
  /** From a command to its being in force everywhere. */
  readonly commandMs: number;
  /** Which one that was, and where its time went. */
  readonly slowest: string;
  /** From the registration of a version that does harm to its end. */
  readonly harmMs: number;
}

/** Commands may take so many times what they took at most without faults, and as much more as the machine is busier. */
const TIMES = 2;
/** What a worker grants a queue that takes jobs and brings none, and the sweep that finds out. */
const HARM_EXTRA_MS = 8_000;

/** @returns 0 where there is none */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}

/** @param switches of a time without faults */
export function controlOf(
  pulses: readonly Pulse[],
  switches: readonly Switch[],
  harms: readonly Harm[],
): Control {
  const done = switches.filter(({ answered, until }) => Number.isFinite(answered) && Number.isFinite(until));
  const commands = done.map(tookMs);
  const [slowest] = done.toSorted((one, other) => tookMs(other) - tookMs(one));
  return {
    noiseMs: Math.max(1, quantile(noiseOf(pulses), 0.5)),
    commandMs: Math.max(100, quantile(commands, 1)),
    slowest: slowest ? commandInWords(slowest, done.indexOf(slowest)) : 'none',
    harmMs: quantile(
      harms.map(({ begun, ended }) => ended - begun).filter((ms) => Number.isFinite(ms)),
      1,
    ),
  };
}

const inForceEverywhere = ({ inForce }: Switch): number => Math.max(...Object.values(inForce));
const tookMs = (one: Switch): number => inForceEverywhere(one) - one.asked;

function commandInWords(one: Switch, before: number): string {
  const { model, version, gone, asked, answered, earlier = [] } = one;
  const what = version > gone ? 'promotes' : 'rolls back to';
  const again = earlier.length === 0 ? '' : `, after ${earlier.join(', ')}`;
  const passed = inForceEverywhere(one) - answered;
  return `${model} ${what} ${version} as number ${before + 1}: answered after ${answered - asked} ms${again}, in force ${passed} ms later`;
}

/** What the load of this machine adds to what a command takes, at most. @param pulses of the time in question */
export function slackOf(control: Control, pulses: readonly Pulse[]): number {
  const busier = Math.max(1, quantile(noiseOf(pulses), 0.8) / control.noiseMs);
  return TIMES * control.commandMs * busier;
}

export const mostHarmMs = ({ harmMs }: Control): number => TIMES * harmMs + HARM_EXTRA_MS;

/** What harm took without faults, by what it may take. */
export const lifeWithin = (harmMs: number): number => (harmMs - HARM_EXTRA_MS) / TIMES;

const noiseOf = (pulses: readonly Pulse[]): number[] =>
  pulses.map(({ noiseMs }) => noiseMs).filter((ms) => ms !== null);
