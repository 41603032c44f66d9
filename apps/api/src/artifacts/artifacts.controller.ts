import { Body, Controller, Get, Head, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { send } from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Caller, UploadStore } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { Calling, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { TakesBody } from '../access/route-access.ts';
import { ARTIFACT_STORE, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { digest } from '../versions/version.schema.ts';

const digestParams = z.object({ digest });
type DigestParams = z.infer<typeof digestParams>;
const artifactAnswer = z
  .looseObject({ digest: z.string(), size: z.int().describe('Bytes'), download: z.string() })
  .meta({ id: 'Artifact' });
const BYTES = { schema: { type: 'string', format: 'binary' }, required: true } as const;

/** Uploaded artifacts, by their digest. A version names one by `artifact: { digest }`. */
@ApiTags('artifacts')
@Controller('artifacts')
@ModelIn('none')
export class ArtifactsController {
  constructor(
    @Inject(ARTIFACT_STORE) private readonly store: UploadStore,
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
  ) {}

  @Post()
  @Scopes('publish')
  @TakesBody('upload')
  @ApiConsumes('application/octet-stream')
  @ApiBody(BYTES)
  @Answer(artifactAnswer, { status: 201, description: 'Kept' })
  @Answer(artifactAnswer, { description: 'Here already' })
  @ApiOperation({ summary: 'Upload an artifact; the answer says its digest' })
  create(@Body() body: unknown, @Calling() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.take(body, null, caller, reply);
  }

  @Put(':digest')
  @Scopes('publish')
  @TakesBody('upload')
  @ApiConsumes('application/octet-stream')
  @ApiBody(BYTES)
  @Answer(artifactAnswer, { status: 201, description: 'Kept' })
  @Answer(artifactAnswer, { description: 'Here already' })
  @ApiOperation({ summary: 'Upload an artifact whose digest is known; anything else is refused' })
  replace(
    @Param({ schema: digestParams }) { digest: expected }: DigestParams,
    @Body() body: unknown,
    @Calling() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.take(body, expected, caller, reply);
  }

  @Head(':digest')
  @Scopes('read', 'publish', 'operate')
  @Answer(null, { description: 'It is, of that many bytes' })
  @Answer(null, { status: 206, description: 'That range of it' })
  @ApiOperation({ summary: 'Is an artifact here?' })
  async head(
    @Param({ schema: digestParams }) params: DigestParams,
    @Calling() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.show(params, caller, request, reply);
  }

  @Get(':digest')
  @Scopes('read', 'publish', 'operate')
  @Answer(z.string().meta({ format: 'binary' }), { type: 'application/octet-stream' })
  @Answer(z.string().meta({ format: 'binary' }), {
    ...{ status: 206, description: 'That range of it', type: 'application/octet-stream' },
  })
  @Answer(null, { status: 304, description: 'You have it' })
  @Answer(null, { status: 416, description: 'There is no such range' })
  @ApiOperation({ summary: 'Download an uploaded artifact; byte ranges are served' })
  async show(
    @Param({ schema: digestParams }) { digest: wanted }: DigestParams,
    @Calling() { id, models }: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (models !== null) {
      const { isTheirs } = await this.uow.read((stores) => stores.artifacts.usesOf(wanted, models, id));
      // The same answer as for one that is not here.
      if (!isTheirs) throw missing(wanted);
    }
    const file = this.store.nameOf(wanted).split('\\').join('/');
    const found = await send(request.raw, file, { root: this.store.folder, etag: false, contentType: false });
    if (found.type !== 'file' && found.statusCode === 404) throw missing(wanted);
    if (found.type === 'error' && found.statusCode >= 500) throw found.metadata.error;
    await reply
      .status(found.statusCode)
      .headers({
        ...found.headers,
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=31536000, immutable',
        etag: `"${wanted}"`,
      })
      .send(found.stream);
  }

  private async take(body: unknown, expected: string | null, { id, actor }: Caller, reply: FastifyReply) {
    if (!(body instanceof Readable))
      throw new DomainError(
        'malformed',
        'upload_not_bytes',
        'Send the bytes of the artifact as they are, with content-type: application/octet-stream.',
      );
    const { digest: stored, size, isNew } = await this.store.put(body, expected);
    await this.uow.run((stores) => stores.artifacts.noteUpload(stored, { id, actor }));
    const location = `/api/v1/artifacts/${stored}`;
    void reply.status(isNew ? 201 : 200).header('location', location);
    return { digest: stored, size, download: location };
  }
}

const missing = (digest: string): DomainError =>
  new DomainError('not_found', 'artifact_not_found', `No artifact ${digest} was uploaded here.`);
