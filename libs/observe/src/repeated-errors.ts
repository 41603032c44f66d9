const EVERY_MS = 60_000;
const MOST_KINDS = 100;
const LONGEST_KEY = 200;

interface Known {
  saidAt: number;
  unsaid: number;
}

/** Counts what comes again and again: each kind is told when it is new, and while it goes on once a minute. */
export class RepeatTally {
  private readonly known = new Map<string, Known>();

  /** @param now in milliseconds, of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns `null`: it is not to be told now; else how often it came since it was last told, this time included */
  note(kind: string): number | null {
    const before = this.known.get(kind);
    if (before !== undefined && this.now() - before.saidAt < EVERY_MS) {
      before.unsaid++;
      return null;
    }
    if (this.known.size >= MOST_KINDS) this.known.clear();
    this.known.set(kind, { saidAt: this.now(), unsaid: 0 });
    return (before?.unsaid ?? 0) + 1;
  }
}

/**
 * Says an error when it is new, and while it goes on once a minute with how often it came: whatever is away for an hour
 * costs sixty lines. Errors whose messages differ in numbers only (ports, durations, ids) are the same.
 */
export class RepeatedErrors {
  private readonly tally: RepeatTally;

  /**
   * @param say `times`: how often it came since it was last said, this time included
   * @param now in milliseconds, of a clock that never goes back
   */
  constructor(
    private readonly say: (error: unknown, times: number) => void,
    now?: () => number,
  ) {
    this.tally = new RepeatTally(now);
  }

  readonly note = (error: unknown): void => {
    const times = this.tally.note(kindOfError(error));
    if (times !== null) this.say(error, times);
  };
}

/** Name, code and message, without what is a number in it; also of an error that is shown as plain fields. */
export function kindOfError(error: unknown): string {
  const { name, code, message } = hasMessage(error)
    ? error
    : { name: 'Error', code: '', message: String(error) };
  return kindOfText(`${name ?? ''} ${code ?? ''} ${message}`);
}

interface Shown {
  readonly name?: string;
  readonly code?: string;
  readonly message: string;
}
const hasMessage = (error: unknown): error is Shown =>
  typeof error === 'object' && error !== null && 'message' in error;

/** Texts that differ in numbers only are of one kind. */
export const kindOfText = (text: string): string =>
  text.slice(0, LONGEST_KEY).replace(/[0-9a-f-]*\d[0-9a-f-]*/gi, '#');
