import { z } from 'zod';
import { kept, LATE_FEEDBACK_MS, TEN_YEARS_MS } from './retention-config.ts';

/** Where and when `npm start` writes old events into files by itself. */
export const eventExportSettings = {
  EXPORT_EVENTS_TO: z.string().min(1).optional(),
  // Feedback may be 30 days late, and a rollout is looked at for as long.
  EXPORT_EVENTS_OLDER_THAN: kept('366d', LATE_FEEDBACK_MS, TEN_YEARS_MS),
};

type Settings = z.output<z.ZodObject<typeof eventExportSettings>>;

/** `null`: it does not. */
export const eventExportConfig = ({ EXPORT_EVENTS_TO: to, EXPORT_EVENTS_OLDER_THAN: olderMs }: Settings) =>
  to === undefined ? null : { to, olderMs };
