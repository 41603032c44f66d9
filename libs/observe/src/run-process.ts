import { DomainError, printableLines, redact } from '#libs/kernel';

/** How a process ends: stop taking work, finish what is under way, let go of everything. */
export type Shutdown = () => Promise<void>;

/** After this a shutdown that hangs is cut short. */
const SHUTDOWN_MS = 60_000;

/**
 * Runs a process: boots it, tells its parent that it is up, and ends it on SIGTERM, SIGINT, or when
 * the parent that forked it is gone. A failed boot prints one clear error and exits with 1.
 */
export function runProcess(
  name: string,
  boot: () => Promise<{ shutdown: Shutdown; ready?: Record<string, unknown> }>,
): void {
  let shutdown: Shutdown | null = null;
  let ending = false;
  const finish = (close: Shutdown): void => {
    close().then(
      () => process.exit(process.exitCode ?? 0),
      (error: unknown) => fail(name, error),
    );
  };
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    // Still booting: what is half started can only be ended once it is known.
    if (shutdown) finish(shutdown);
  };
  // Whoever reads what we say may go away: nobody is served worse for it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // Node.js would write it as it is.
  process.on('uncaughtException', (error) => fail(name, error));
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (process.send) process.on('disconnect', end);
  boot().then(
    (running) => {
      shutdown = running.shutdown;
      process.send?.({ kind: 'ready', ...running.ready });
      if (ending) finish(shutdown);
    },
    (error: unknown) => fail(name, error),
  );
}

function fail(name: string, error: unknown): never {
  process.stderr.write(printableLines(redact(`understudy ${name}: ${describe(error)}\n`)));
  process.exit(1);
}

/** One message for people; a stack only for what we did not foresee. */
export function describe(error: unknown): string {
  if (error instanceof DomainError) return error.detail;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
