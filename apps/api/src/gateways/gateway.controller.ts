import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answer } from '../openapi/answer.ts';
import type { FastifyReply } from 'fastify';
import {
  type BatchAnswer,
  batchDocument,
  CLOCK_HEADER,
  LIST_NAMES,
  readClock,
  type RouteMessage,
} from '#libs/gateway-protocol';
import { Scopes } from '../access/access.guard.ts';
import { OpenStreams } from '../access/open-streams.ts';
import { TakesBody } from '../access/route-access.ts';
import type { WithCaller } from '../access/with-caller.ts';
import { BatchReader } from './batch-reader.ts';
import { RouteFeed } from './route-feed.ts';

/** A gateway that reads slower than this much behind is cut off; it connects again and gets a snapshot. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

const batchAnswer = z
  .looseObject({
    protocol: z.int().describe('The version of the messages that this api speaks'),
    counted: z.boolean().describe('false: the batch is a repeat'),
    refusedCount: z.int().describe('Entries that were not taken, while the others were'),
    refused: z
      .array(
        z.looseObject({
          list: z.enum(LIST_NAMES),
          index: z.int().nullable(),
          model: z.string().nullable(),
          rolloutId: z.string().nullable(),
          pointer: z.string(),
          reason: z.string(),
        }),
      )
      .describe('The first 100 of them'),
    asks: z
      .array(z.string())
      .describe('Models of which it wants to know whether their primary answers callers'),
  })
  .meta({ id: 'BatchAnswer' });

/** The door for gateways: routes out, evidence in. */
@ApiTags('gateway')
@Controller('gateway')
@Scopes('gateway')
export class GatewayController {
  private readonly lines = new WeakMap<RouteMessage, string>();

  constructor(
    private readonly batches: BatchReader,
    private readonly feed: RouteFeed,
    private readonly streams: OpenStreams,
  ) {}

  @Get('routes')
  @Answer(z.string(), { type: 'application/x-ndjson' })
  @ApiOperation({
    summary:
      'All routes, then every change, as one JSON object a line for as long as the connection and the token last',
  })
  stream(@Req() request: WithCaller, @Res() reply: FastifyReply): void {
    const stream = this.streams.begin(request, reply, {
      type: 'application/x-ndjson',
      mostUnreadBytes: MAX_UNREAD_BYTES,
    });
    stream?.onEnd(this.feed.subscribe((message) => stream.write(this.lineOf(message))));
  }

  /** One text for all gateways that are told the same. */
  private lineOf(message: RouteMessage): string {
    const line = this.lines.get(message) ?? `${JSON.stringify(message)}\n`;
    this.lines.set(message, line);
    return line;
  }

  @Post('evidence')
  @HttpCode(200)
  @TakesBody('entries')
  @Answer(batchAnswer)
  @ApiOperation({
    summary:
      'One batch of evidence, acknowledged routes and local trips, each entry by itself; a repeat is acknowledged and ignored',
  })
  evidence(
    @Body({ schema: batchDocument }) batch: unknown,
    @Req() request: WithCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchAnswer> {
    const clock = readClock(request.headers[CLOCK_HEADER]);
    // Since the request's head came, whatever it has waited for: its body, a connection, another attempt.
    return this.batches.take(batch, clock === undefined ? undefined : () => clock + reply.elapsedTime);
  }
}
