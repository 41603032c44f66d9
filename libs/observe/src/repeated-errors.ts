const EVERY_MS = 60_000;
const MOST_KINDS = 100;
const LONGEST_KEY = 200;

interface Known {
  saidAt: number;
  unsaid: number;
}

/**
 * Says an error when it is new, and while it goes on once a minute with how often it came: whatever is away for an hour
 * costs sixty lines. Errors whose messages differ in numbers only (ports, durations, ids) are the same.
 */
export class RepeatedErrors {
  private readonly known = new Map<string, Known>();

  /**
   * @param say `times`: how often it came since it was last said, this time included
   * @param now in milliseconds, of a clock that never goes back
   */
  constructor(
    private readonly say: (error: unknown, times: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  readonly note = (error: unknown): void => {
    const key = kindOf(error);
    const before = this.known.get(key);
    if (before !== undefined && this.now() - before.saidAt < EVERY_MS) {
      before.unsaid++;
      return;
    }
    if (this.known.size >= MOST_KINDS) this.known.clear();
    this.known.set(key, { saidAt: this.now(), unsaid: 0 });
    this.say(error, (before?.unsaid ?? 0) + 1);
  };
}

function kindOf(error: unknown): string {
  const { name, code, message }: NodeJS.ErrnoException =
    error instanceof Error ? error : new Error(String(error));
  return `${name} ${code ?? ''} ${message}`.slice(0, LONGEST_KEY).replace(/[0-9a-f-]*\d[0-9a-f-]*/gi, '#');
}
