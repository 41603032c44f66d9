import { UnderstudyError } from '#libs/client';
import { printable } from '#libs/kernel';

/** What the exit code says; CI branches on it. */
export const EXIT = {
  ok: 0,
  /** The api said no. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The rollout was taken off. */
  takenOff: 3,
  /** Nobody answers. */
  unreachable: 4,
  /** Whoever waited has waited enough; the rollout goes on. */
  timeout: 5,
  /** It goes on by a person's word only: an approval, or what it was paused for. */
  waitsForPerson: 6,
  /** A newer version has taken its place: nothing is said against it. */
  superseded: 7,
  /** Something is not as a file says, and was not changed. */
  differs: 8,
} as const;

/** Ends the program with a message for people and a code for programs. */
export class Exit extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** What an error is to whoever called: a line or two, and a code. */
export function exitOf(error: unknown): Exit {
  if (error instanceof Exit) return error;
  if (!(error instanceof UnderstudyError))
    return new Exit(EXIT.refused, error instanceof Error ? error.message : String(error));
  // Each stays in its line: a reason with a newline in it must not look like a line of ours.
  const { detail, errors } = error.problem;
  const message = [detail, ...errors.map((one) => `  ${one.pointer}: ${one.detail}`)]
    .map(printable)
    .join('\n');
  if (error.status === 0)
    return new Exit(
      EXIT.unreachable,
      `${message}\nIs it up? understudy login --url …, or UNDERSTUDY_URL, says where it is.`,
    );
  if (error.status === 401)
    return new Exit(
      EXIT.refused,
      `${message}\nunderstudy login --url … --token … keeps a token; UNDERSTUDY_TOKEN names one.`,
    );
  return new Exit(EXIT.refused, message);
}
