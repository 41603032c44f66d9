import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** A CloudEvent is JSON of another name; its raw body is kept, since it is signed. */
export function acceptCloudEvents(app: NestFastifyApplication, bodyLimit: number): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser(
    'application/cloudevents+json',
    { bodyLimit },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) =>
      void parse(request, body.toString('utf8'), done),
  );
}
