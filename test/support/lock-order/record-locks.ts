import { appendFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { LOCK_ORDER } from '#libs/db';
import { LockWatch } from './lock-watch.ts';

/** Where the problems of this run are written, at once: a process that is killed has told of its own. */
const PROBLEMS_VARIABLE = 'LOCK_ORDER_PROBLEMS';
/** Our pools' connections say so; those by which tests look on are none of ours. */
const OURS = 'understudy';

const watches = new WeakMap<pg.Client, LockWatch>();
const examples = new Map<string, string>();
const told = new Set<string>();
const problems = new Set<string>();

function found(problem: string): void {
  // Of the same statements one is enough, whatever the keys.
  const statements = problem.replace(/\(\[.*?\]\)/g, '');
  if (told.has(statements)) return;
  told.add(statements);
  problems.add(problem);
  const folder = process.env[PROBLEMS_VARIABLE];
  if (folder !== undefined)
    appendFileSync(path.join(folder, `${process.pid}.jsonl`), `${JSON.stringify(problem)}\n`);
}

/** What was found in this process so far, and since it was asked last. */
export function takeProblems(): readonly string[] {
  const all = [...problems];
  problems.clear();
  return all;
}

type Asked = string | { readonly text?: string; readonly values?: readonly unknown[] } | undefined;

/** From now on each connection of ours in this process is followed. */
export function recordLocks(): void {
  const query = pg.Client.prototype.query as (...all: unknown[]) => unknown;
  pg.Client.prototype.query = function (
    this: pg.Client & { connectionParameters?: { application_name?: string } },
    ...all: unknown[]
  ) {
    const answer = query.apply(this, all);
    if (this.connectionParameters?.application_name !== OURS) return answer;
    let watch = watches.get(this);
    if (!watch) watches.set(this, (watch = new LockWatch(LOCK_ORDER, found, examples)));
    const asked = all[0] as Asked;
    const text = typeof asked === 'string' ? asked : asked?.text;
    if (text === undefined) return answer;
    const values = typeof asked === 'string' ? all[1] : asked?.values;
    const given: readonly unknown[] = Array.isArray(values) ? values : [];
    watch.sends(text, given);
    if (answer instanceof Promise && /\bFOR (NO KEY )?UPDATE|FOR KEY SHARE|^INSERT\b/.test(text))
      answer.then(
        ({ rows }: { rows?: Record<string, unknown>[] }) => watch.answered(text, given, rows ?? []),
        () => undefined,
      );
    return answer;
  } as never;
}
