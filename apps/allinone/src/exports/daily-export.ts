import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '#libs/config';
import { formatDuration } from '#libs/kernel';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A disk of the network that is gone answers nothing: a run that says nothing for so long is ended. Of one file it takes minutes. */
const SILENT_MS = 6 * HOUR_MS;
/** What one day leaves is less; where years have gathered, the next day goes on. */
const MOST_FILES = 1_000;
const MOST_EVENTS = 100_000;
const PROGRAM = fileURLToPath(new URL('./main.js', import.meta.url));

export interface DailyExport {
  /** A folder, or `s3://bucket/prefix`. */
  readonly to: string;
  readonly olderMs: number;
}

/**
 * Writes events that are old enough into files at once, and every day: `understudy audit export`, which may be ended anywhere and repeated.
 * What fails is said, and done again after an hour. Nothing is deleted.
 * @param environment of the program: `DATABASE_URL` is that of the tables' owner
 * @param program what is run, and how long it may say nothing
 * @returns how to end it
 */
export function exportDaily(
  { to, olderMs }: DailyExport,
  environment: Readonly<Record<string, string>>,
  say: (line: string) => void,
  { program = PROGRAM, silentMs = SILENT_MS }: { readonly program?: string; readonly silentMs?: number } = {},
): () => Promise<void> {
  const words = ['export', to, formatDuration(olderMs), String(MOST_EVENTS), String(MOST_FILES)];
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let running: { readonly child: ChildProcess; readonly done: Promise<void> } | null = null;
  const begin = (): void => {
    const child = spawn(process.execPath, [program, ...words], {
      env: childEnvironment(environment),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    const silence = setTimeout(() => child.kill('SIGKILL'), silentMs);
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      silence.refresh();
    });
    const done = once(child, 'close').then(
      ([code, signal]) => {
        for (const line of text.trim().split('\n').filter(isNews)) say(`exports: ${line}`);
        if (signal !== null && !isOver) say(`exports: ${endedBy(String(signal))}`);
        return code === 0;
      },
      (error: Error) => {
        say(`exports: ${error.message}`);
        return false;
      },
    );
    running = {
      child,
      done: done.then((isDone) => {
        clearTimeout(silence);
        running = null;
        if (!isOver) timer = setTimeout(begin, isDone ? DAY_MS : HOUR_MS);
      }),
    };
  };
  begin();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    running?.child.kill('SIGTERM');
    await running?.done;
  };
}

/** Nobody else says it: the run itself could not. */
const endedBy = (signal: string): string =>
  `the run was ended by ${signal}, as one is that says nothing for 6 h or takes more memory than there is. Nothing is lost; the next one goes on in an hour.`;

/** Most days leave nothing to say. */
const isNews = (line: string): boolean => line !== '' && !/^(There is no more|They are signed)/.test(line);
