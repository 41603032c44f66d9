import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Caller, mayTouch } from '#libs/engine';
import { Calling, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { type OpenStream, OpenStreams } from '../access/open-streams.ts';
import type { WithCaller } from '../access/with-caller.ts';
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
  constructor(
    private readonly feed: EventFeed,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @Scopes('read', 'publish', 'operate')
  @ModelIn('handler')
  @Answer(streamAnswer, { type: 'text/event-stream' })
  @ApiOperation({
    summary:
      'What happens, as server-sent events for as long as the connection and the token last; ask for what has changed',
  })
  async stream(
    @Req() request: WithCaller,
    @Res() reply: FastifyReply,
    @Calling() { models, scopes }: Caller,
  ): Promise<void> {
    const runsIt = models === null && (scopes.includes('admin') || scopes.includes('operate'));
    let stream: OpenStream | null = null;
    // Before the head: who has read it looks at everything, and must miss nothing that comes after.
    const stop = await this.feed.watch((event) => {
      if (event.model === null ? !runsIt : !mayTouch(models, event.model)) return;
      stream?.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    });
    if (reply.raw.destroyed) return stop();
    stream = this.streams.begin(request, reply, {
      type: 'text/event-stream',
      mostUnreadBytes: MAX_UNREAD_BYTES,
    });
    if (!stream) return stop();
    const open = stream;
    open.write('retry: 1000\n\n');
    const ping = setInterval(() => open.write(': still here\n\n'), PING_MS);
    open.onEnd(() => {
      clearInterval(ping);
      stop();
    });
  }
}
