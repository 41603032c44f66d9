import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answer } from '../openapi/answer.ts';
import { DomainError } from '#libs/kernel';
import { mayTouch, takeFeedbackTogether, type Feedback } from '#libs/engine';
import { readReceipt } from '#libs/receipts';
import { Scopes, Visible } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { RECEIPT_KEY, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { FeedbackGroups } from './feedback-groups.ts';
import { feedbackBatch, type FeedbackBatch, type FeedbackItem } from './feedback.schema.ts';

const feedbackAnswer = z
  .looseObject({
    counted: z.int(),
    repeated: z.int(),
    unattributed: z.int().describe('Of requests or units that no rollout knows'),
    refused: z.array(z.looseObject({})),
  })
  .meta({ id: 'FeedbackReport' });

@ApiTags('feedback')
@Controller('feedback')
export class FeedbackController {
  private readonly groups: FeedbackGroups;

  constructor(
    @Inject(UNIT_OF_WORK) uow: UnitOfWork,
    @Inject(RECEIPT_KEY) private readonly receiptKey: string,
  ) {
    this.groups = new FeedbackGroups((batches) => takeFeedbackTogether(uow, batches));
  }

  @Post()
  @ModelIn('handler')
  @HttpCode(200)
  @Scopes('feedback')
  @Answer(feedbackAnswer)
  @ApiOperation({
    summary:
      'What became of answers: clicks, purchases, late labels; by receipt, request id or unit. A repeat counts once',
  })
  async take(
    @Body({ schema: feedbackBatch }) { items }: FeedbackBatch,
    @Visible() models: readonly string[] | null,
  ) {
    const all = items.map((item) => this.read(item));
    // Each is named: whoever sends many leaves them out at once, and sends the others again.
    const unread = [...all.keys()].filter((i) => all[i] === null);
    if (unread.length > 0)
      throw new DomainError(
        'invalid',
        'receipt_invalid',
        'A receipt was not made by this installation.',
        unread.map((i) => ({
          pointer: `/items/${i}/receipt`,
          detail: 'not a receipt of ours; send the header as it came',
        })),
      );
    const read = all.filter((one) => one !== null);
    const foreign = [...read.keys()].filter((i) => !mayTouch(models, read[i]?.model ?? ''));
    if (foreign.length > 0)
      throw new DomainError(
        'forbidden',
        'model_not_allowed',
        'Your token is bound to other models.',
        foreign.map((i) => ({ pointer: `/items/${i}`, detail: 'of a model that your token may not touch' })),
      );
    return this.groups.take(read);
  }

  /** `null`: its receipt was not made by us. */
  private read(item: FeedbackItem): Feedback | null {
    const { receipt, requestId, unit, metric, value, at, id = null } = item;
    const common = { metric, value, id, at: at === undefined ? null : Date.parse(at) };
    if (receipt !== undefined) {
      const read = readReceipt(receipt, this.receiptKey);
      if (!read) return null;
      const { model, requestId: served, ...rest } = read;
      return { ...common, model, by: { kind: 'receipt', served: rest, requestId: served } };
    }
    const model = item.model ?? '';
    if (requestId !== undefined) return { ...common, model, by: { kind: 'request', requestId } };
    return { ...common, model, by: { kind: 'unit', unit: unit ?? '' } };
  }
}
