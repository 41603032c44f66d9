import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, mayTouch } from '#libs/engine';
import { Calling, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { Answer } from '../openapi/answer.ts';
import { EventFeed } from './event-feed.ts';

/** Who reads slower than this much behind is cut off, and connects again. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const PING_MS = 15_000;

/** An event of the stream, as its fields are. */
const streamAnswer = z.looseObject({
  id: z.string().optional(),
  event: z.string().optional(),
  data: z.string().optional(),
});

@ApiTags('stream')
@Controller('stream')
export class StreamController {
  constructor(private readonly feed: EventFeed) {}

  @Get()
  @Scopes('read', 'publish', 'operate')
  @ModelIn('handler')
  @Answer(streamAnswer, { type: 'text/event-stream' })
  @ApiOperation({
    summary:
      'What happens, as server-sent events for as long as the connection lasts; ask for what has changed',
  })
  stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Calling() { models, scopes }: Caller,
  ): void {
    const runsIt = models === null && (scopes.includes('admin') || scopes.includes('operate'));
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 1000\n\n');
    const stop = this.feed.watch((event) => {
      if (event.model === null ? !runsIt : !mayTouch(models, event.model)) return;
      raw.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
    });
    const ping = setInterval(() => raw.write(': still here\n\n'), PING_MS);
    const end = (): void => {
      clearInterval(ping);
      stop();
    };
    request.raw.on('close', end);
    raw.on('close', end);
    raw.on('error', end);
  }
}
