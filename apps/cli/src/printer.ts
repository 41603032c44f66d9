import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { createLogUpdate } from 'log-update';
import { printable, printableJson, printableLines } from '#libs/kernel';

type Style = Parameters<typeof styleText>[0];
/** A piece of a line; its colour is ours, its text may be anybody's. */
export interface Span {
  readonly text: string;
  readonly style?: Style | null;
}
export type Line = readonly Span[];

/**
 * The only place from which the command line writes: names, reasons and verdicts are what somebody wrote, and a terminal
 * or a CI runner obeys some of it. Whatever is written here is made printable first.
 */
export interface Printer {
  readonly isTerminal: boolean;
  /** How wide a line may be; Infinity where there is no terminal. */
  readonly columns: () => number;
  /** Lines of a result, to standard output. */
  write(text: string): void;
  /** What is no result, to standard error. */
  note(text: string): void;
  /** A result for programs: indented JSON. */
  json(value: unknown): void;
  /** Lines with colours of ours, where the terminal has any. */
  lines(lines: readonly Line[]): void;
  /** Lines that are drawn anew in place; `null`: not a terminal. */
  screen(): Screen | null;
  /** Asks who sits there, in a line; `null`: nobody does. */
  ask(question: string): Promise<string | null>;
  /** How far something has come, in bytes; draws nothing where there is no terminal. */
  progress(size: number): Progress;
}
export interface Screen {
  draw(lines: readonly Line[]): void;
  done(): void;
}
export interface Progress {
  add(bytes: number): void;
  stop(): void;
}

/** @param mayColour the user has not asked for none */
export function createPrinter(mayColour: boolean): Printer {
  const { stdout: out, stderr: error } = process;
  const isTerminal = out.isTTY === true;
  const isColoured = isTerminal && mayColour;
  const drawn = (lines: readonly Line[]): string =>
    lines.map((line) => drawLine(line, isColoured)).join('\n');
  return {
    isTerminal,
    // A terminal that does not say how wide it is says 0; what is no terminal (a pipe, a file, CI's log) has no edge to cut at.
    columns: () => (isTerminal ? out.columns || 120 : Infinity),
    write: (text) => void out.write(printableLines(text)),
    note: (text) => void error.write(printableLines(text)),
    json: (value) => void out.write(`${printableJson(value, 2)}\n`),
    lines: (lines) => void out.write(`${drawn(lines)}\n`),
    screen: () => {
      if (!isTerminal) return null;
      const update = createLogUpdate(out, { showCursor: false });
      return { draw: (lines) => update(drawn(lines)), done: () => update.done() };
    },
    ask: async (question) => {
      if (!isTerminal || process.stdin.isTTY !== true) return null;
      const asking = createInterface({ input: process.stdin, output: error });
      try {
        return (await asking.question(printable(question))).trim();
      } finally {
        asking.close();
      }
    },
    progress: (size) => {
      if (!isTerminal) return { add: () => undefined, stop: () => undefined };
      const bar = new SingleBar({
        format: 'uploading [{bar}] {percentage} %  {eta_formatted}',
        clearOnComplete: true,
        stream: error,
      });
      bar.start(size, 0);
      return { add: (bytes) => bar.increment(bytes), stop: () => bar.stop() };
    },
  };
}

/** The whole line is made printable, too: a command of a runner may come together from pieces. */
function drawLine(line: Line, isColoured: boolean): string {
  const spans = line.map(({ text, style }) => ({ text: printable(text), style: style ?? null }));
  if (!isColoured) return printable(spans.map(({ text }) => text).join(''));
  return spans
    .map(({ text, style }) => (style === null ? text : styleText(style, text, { validateStream: false })))
    .join('');
}

/** What a stream says whose reader has gone. */
const GONE = ['EPIPE', 'EOF', 'EIO', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

/**
 * Whoever reads our output may have enough of it (`| head -1`): that is no error, and nothing more is to be said.
 * @param stop ends what goes on for the sake of its output
 * @param failed told why the output cannot be written: a full disk
 */
export function endQuietlyOnClosedPipes(stop: () => void, failed: (because: string) => void): void {
  const { stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    stop();
    if (!GONE.includes(error.code ?? '')) failed(error.message);
  });
  stderr.on('error', () => undefined);
}
