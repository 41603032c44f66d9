import { createHmac } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import {
  actOnSeen,
  lookAtModel,
  lookAtRollout,
  rollBackSeen,
  servesOf,
  standingOf,
  type UnderstudyClient,
} from '#libs/client';
import { answering } from './answer.ts';

/** What a tool may do to a rollout. `retry` and `promote` past steps are for people and CI. */
const WORDS = ['approve', 'reject', 'pause', 'resume', 'skip', 'promote', 'abort'] as const;

const reason = z.string().min(1).max(2_000).describe('Why, in words for people; it is kept with the event');
const confirm = z
  .string()
  .optional()
  .describe(
    'Leave it out first. The answer says what would be done, and what to send here once a person has agreed',
  );
const CHANGES = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: false,
} as const;

/**
 * Tools that change what serves. Each takes two calls: the first does nothing and says what would be done, and the second must
 * repeat what the first has shown. What has changed in between is refused, nothing is done.
 */
export function actingTools(server: McpServer, client: UnderstudyClient, confirmations: Confirmations): void {
  server.registerTool(
    'act_on_rollout',
    {
      title: 'Act on a rollout',
      description:
        'approve, reject, pause, resume, skip a step, promote (end all steps that are left) or abort (take the candidate off). Asks for a confirmation by a person first. Needs a token of the scope operate or approve.',
      inputSchema: z.object({ rollout: z.uuid(), action: z.enum(WORDS), reason, confirm }),
      annotations: CHANGES,
    },
    ({ rollout: id, action, reason: why, confirm: given }) =>
      answering(async () => {
        const seen = await lookAtRollout(client, id);
        const shown = `${action} ${seen.model} ${seen.version} while it is ${standingOf(seen)}`;
        const approvals = (seen['approvals'] as readonly unknown[] | undefined)?.length ?? 0;
        const confirmation = confirmations.of([id, seen.policyHash, approvals, shown, why]);
        if (!confirmations.use(given, confirmation)) return asked(shown, confirmation, given);
        const after = await actOnSeen(client, seen, action, { reason: why, unlessRepeated: true });
        return { done: shown, standing: standingOf(after), outcome: after.outcome ?? null };
      }),
  );

  server.registerTool(
    'roll_back',
    {
      title: 'Roll a model back',
      description:
        'A candidate leaves the traffic, or the last proven primary that answers serves again. Asks for a confirmation by a person first. Needs a token of the scope admin.',
      inputSchema: z.object({ model: z.string().min(1), reason, confirm }),
      annotations: CHANGES,
    },
    ({ model, reason: why, confirm: given }) =>
      answering(async () => {
        const seen = await lookAtModel(client, model);
        const shown = `roll back ${model} while ${servesOf(seen)}`;
        const confirmation = confirmations.of([model, seen.revision, shown, why]);
        if (!confirmations.use(given, confirmation)) return asked(shown, confirmation, given);
        const { outcome } = await rollBackSeen(client, seen, { reason: why, unlessRepeated: true });
        return { done: shown, serves: servesOf(await lookAtModel(client, model)), outcome };
      }),
  );
}

function asked(would: string, confirm: string, given: string | undefined) {
  const changed = given === undefined ? '' : 'It is not as it was confirmed. ';
  return {
    done: null,
    would,
    confirm,
    next: `${changed}Nothing was done. Show "would" and your reason to a person; if they agree, call again with this "confirm" and the same reason.`,
  };
}

/** What a second call must repeat: of all that was there and of the reason, not to be guessed without the first call, and good once. */
export class Confirmations {
  private readonly used = new Set<string>();

  /** @param secret of this process: 16 random bytes or more */
  constructor(private readonly secret: Buffer) {}

  of(seen: readonly unknown[]): string {
    return createHmac('sha256', this.secret).update(JSON.stringify(seen)).digest('hex').slice(0, 16);
  }

  /** Is this the confirmation of what is there now, and was it not used before? It is used then. */
  use(given: string | undefined, confirmation: string): boolean {
    if (given !== confirmation || this.used.has(confirmation)) return false;
    this.used.add(confirmation);
    return true;
  }
}
