import type { EventRecord } from '#libs/engine';

/** An event as the API shows it. @param withLook also what a decision rests on: long, and rarely read */
export function eventView({ data, at, ...event }: EventRecord, withLook: boolean) {
  const { look, ...rest } = data;
  const shown = withLook || look === undefined ? data : { ...rest, hasLook: look !== null };
  return { ...event, data: shown, at: new Date(at).toISOString() };
}
