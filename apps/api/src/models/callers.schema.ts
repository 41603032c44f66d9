import { z } from 'zod';
import { type CallerRules, DEFAULT_CALLER_RULES, parseJsonPath } from '#libs/traffic';

export const token = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/, 'not the name of a header or a cookie');

/** The body of PUT /models/{model}/callers. */
export const callers = z.strictObject({
  unit: z
    .union(
      [
        z.strictObject({ header: token }),
        z.strictObject({ cookie: token }),
        z.strictObject({
          jsonPath: z
            .string()
            .max(500)
            .refine((text) => (parseJsonPath(text)?.length ?? 0) > 0, 'not a path such as $.user.id'),
        }),
      ],
      'one of { header }, { cookie }, { jsonPath }',
    )
    .optional(),
  repeatable: z.boolean().default(DEFAULT_CALLER_RULES.repeatable),
  predictions: z
    .strictObject({
      methods: z
        .array(z.string().regex(/^[A-Z]{1,20}$/, 'not a method in capitals, such as POST'))
        .min(1)
        .max(10)
        .optional()
        .describe('Default: POST'),
      paths: z
        .array(
          z
            .string()
            .max(200)
            .regex(/^\/[^?#\s]*$/, 'not a path such as /v2/models/*/infer, without a query'),
        )
        .min(1)
        .max(20)
        .optional()
        .describe(
          'Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else',
        ),
    })
    .optional()
    .describe('Which requests are predictions. All others go to the primary and are not counted'),
});

export function callerRules({ unit, repeatable, predictions }: z.infer<typeof callers>): CallerRules {
  return {
    unit:
      unit === undefined
        ? DEFAULT_CALLER_RULES.unit
        : 'header' in unit
          ? { from: 'header', name: unit.header }
          : 'cookie' in unit
            ? { from: 'cookie', name: unit.cookie }
            : { from: 'json', name: unit.jsonPath },
    repeatable,
    ...(predictions === undefined ? {} : { predictions: listsOf(predictions) }),
  };
}

export function callersView({ unit, repeatable, predictions }: CallerRules): z.infer<typeof callers> {
  const { from, name } = unit;
  return {
    unit: from === 'header' ? { header: name } : from === 'cookie' ? { cookie: name } : { jsonPath: name },
    repeatable,
    ...(predictions === undefined ? {} : { predictions: listsOf(predictions) }),
  };
}

/** Copies, as the one side's lists are read-only and the other's may be undefined. */
const listsOf = ({
  methods,
  paths,
}: {
  readonly methods?: readonly string[] | undefined;
  readonly paths?: readonly string[] | undefined;
}) => ({
  ...(methods === undefined ? {} : { methods: [...methods] }),
  ...(paths === undefined ? {} : { paths: [...paths] }),
});
