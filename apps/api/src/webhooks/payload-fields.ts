import { z } from 'zod';
import { parseInstant } from '#libs/kernel';
import type { CiRun } from '#libs/engine';

/** What is read of a delivery: a run with what names it, or why nothing is done. */
export type ReadDelivery =
  { readonly run: CiRun; readonly identity: string | null } | { readonly ignored: string };

/** CI systems write `null` for what there is none of, as often as they leave it out. */
export const absent = <T extends z.ZodType>(of: T) => of.nullish().transform((value) => value ?? undefined);
export const text = absent(z.string());

export const id = z.union([z.int(), z.string()]).transform(String);
/** A time that cannot be read must not pass for none, which is not asked how old it is. */
export const instant = (text: string | null | undefined): CiRun['at'] =>
  text === null || text === undefined ? null : (parseInstant(text) ?? 'unreadable');

/** A person as CI systems write them: a login, and what Git knows of an author. Whatever is said, it refuses nothing. */
export const person = z
  .looseObject({
    login: z.string().optional(),
    username: z.string().optional(),
    name: z.string().optional(),
    email: z.string().optional(),
  })
  .optional()
  .catch(undefined);
export const gitCommit = z.looseObject({ author: person, committer: person }).nullish().catch(undefined);
type Person = z.infer<typeof person>;
const LONGEST_NAME = 200;
export const namesOf = (...people: readonly Person[]): readonly string[] => [
  ...new Set(
    people
      .flatMap((one) => [one?.login, one?.username, one?.email, one?.name])
      .filter((name): name is string => name !== undefined && name.trim() !== '')
      .map((name) => name.slice(0, LONGEST_NAME)),
  ),
];

export const NOTHING_SAID = {
  people: [],
  ref: null,
  workflow: null,
  commit: null,
  runUrl: null,
  isProposal: false,
  isFork: false,
  at: null,
} as const;
