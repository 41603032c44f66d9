import { z } from 'zod';

/** Who gets what (`trafficView`). */
export const traffic = z
  .looseObject({
    primary: z.int().describe('Serves everybody else'),
    candidate: z
      .looseObject({
        version: z.int(),
        mode: z.enum(['shadow', 'canary']),
        weight: z
          .int()
          .describe('Basis points: of all units (canary), or of the requests that are copied (shadow)'),
        heldBack: z
          .boolean()
          .describe('It is the version before, for units that are held back while the new one bakes'),
        segments: z
          .array(z.looseObject({ segment: z.string(), weight: z.int() }))
          .describe('Whose members get it, whatever the weight; basis points of them'),
      })
      .nullable(),
  })
  .meta({ id: 'RolloutTraffic' });
