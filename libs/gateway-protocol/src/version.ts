/**
 * The version of the messages between data planes and the api. It grows when a reader of the version before
 * would misunderstand a message; new fields and new kinds of entries alone do not change it, since readers
 * ignore what they do not know. Messages that name no version are those from before there was one: 0.
 */
export const PROTOCOL_VERSION = 1;

/** The header of a batch that names the version. In the stream of routes, the snapshot's `protocol` does. */
export const PROTOCOL_HEADER = 'x-understudy-protocol';

/** The header of a batch that says what the sender's clock shows as it sends, in ms since 1970: slices of time in it are named by that clock. */
export const CLOCK_HEADER = 'x-understudy-clock';

/** @returns `undefined` where nobody has said, or nothing that a clock shows */
export function readClock(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
