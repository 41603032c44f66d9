import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answer } from '../openapi/answer.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ingestEvidence, takeTrip, type EvidenceBatch } from '#libs/engine';
import { Scopes } from '../access/access.guard.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { evidenceBatch } from './evidence.schema.ts';
import { RouteFeed } from './route-feed.ts';

/** A gateway that reads slower than this much behind is cut off; it connects again and gets a snapshot. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** The door for gateways: routes out, evidence in. */
@ApiTags('gateway')
@Controller('gateway')
@Scopes('gateway')
export class GatewayController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    private readonly feed: RouteFeed,
  ) {}

  @Get('routes')
  @Answer(z.string(), { type: 'application/x-ndjson' })
  @ApiOperation({
    summary: 'All routes, then every change, as one JSON object a line for as long as the connection lasts',
  })
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const unsubscribe = this.feed.subscribe((message) => {
      raw.write(`${JSON.stringify(message)}\n`);
      if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
    });
    request.raw.on('close', unsubscribe);
    raw.on('close', unsubscribe);
    raw.on('error', unsubscribe);
  }

  @Post('evidence')
  @HttpCode(200)
  @Answer(z.looseObject({ counted: z.boolean() }))
  @ApiOperation({
    summary:
      'One batch of evidence, acknowledged routes and local trips; a repeat is acknowledged and ignored',
  })
  async evidence(@Body({ schema: evidenceBatch }) batch: EvidenceBatch) {
    // First, and each by itself: a repeat of the batch may find some done already.
    for (const trip of batch.trips ?? []) await takeTrip(this.uow, batch.gateway, trip);
    return { counted: await ingestEvidence(this.uow, batch) };
  }
}
