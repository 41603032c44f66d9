import { Option } from 'commander';

/** `--start-at`, the same in every command that starts a rollout. */
export const startOption = (): Option =>
  new Option(
    '--start-at <time>',
    'not before this time, with its zone (2026-12-01T08:00:00+01:00); "now" starts one that waits for its date',
  );

/** What the request says of it; nothing where nothing was said. */
export const startBody = (startAt: string | undefined): { startAt?: string | null } =>
  startAt === undefined ? {} : { startAt: startAt === 'now' ? null : startAt };
