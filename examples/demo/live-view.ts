import type { RolloutView } from './api-client.ts';
import type { Seen } from './traffic.ts';

const EVERY_MS = 3_000;

/** Progress in the terminal: a line whenever something changed, and one now and then in between. */
export class LiveView {
  private readonly startedAt = performance.now();
  private last = '';
  private lastAt = -Infinity;

  constructor(private readonly say: (line: string) => void) {}

  chapter(text: string): void {
    this.say(`\n${text}`);
  }

  show(model: string, rollout: RolloutView, seen: Seen): void {
    const step = rollout.step;
    const weight = step?.weight ? ` ${step.weight / 100}%` : '';
    const where = rollout.state === 'running' && step ? `${step.kind}${weight}` : rollout.state;
    const verdicts = rollout.verdicts.map((v) => `${v.gate} ${v.verdict}`).join(', ');
    const changed = `${where} | ${verdicts}`;
    const now = performance.now();
    if (changed === this.last && now - this.lastAt < EVERY_MS) return;
    this.last = changed;
    this.lastAt = now;
    const time = `${((now - this.startedAt) / 1_000).toFixed(1)} s`.padStart(8);
    const callers = `${seen.requests} requests, ${seen.failed} failed`;
    this.say(
      `${time}  ${`${model} v${rollout.version}`.padEnd(14)} ${where.padEnd(13)} ${callers.padEnd(26)} ${verdicts}`,
    );
  }
}

/** A plain table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((w) => '─'.repeat(w)).join('  '), ...rows.map(line)].join('\n');
}
