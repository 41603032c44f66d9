import type { EventRecord } from '#libs/engine';

/** An event as the API shows it. @param withLook also what a decision rests on: long, and rarely read */
export function eventView({ data, at, ...event }: EventRecord, withLook: boolean) {
  const { look, ...rest } = data;
  const shown = withLook || look === undefined ? data : { ...rest, hasLook: look !== null };
  // What is of no model is of the installation.
  return { ...event, model: event.model || null, data: shown, at: new Date(at).toISOString() };
}
